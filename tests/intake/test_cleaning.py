"""One row: what is kept, what is left out with a warning, why a row is refused."""

from dataclasses import fields
from datetime import date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from hongxian.intake import cleaning
from hongxian.intake.fields import MAX_LENGTH, Field
from hongxian.intake.limits import Cell
from hongxian.intake.rows import CellWarning, CleanRow, RawRow
from hongxian.intake.terms import IncomeBand, Marital, Sex

TODAY = date(2026, 11, 23)


def clean(**cells: Cell) -> CleanRow:
    return cleaning.clean(row=RawRow(row_no=7, cells={Field(name): cell for name, cell in cells.items()}), as_of=TODAY)


class TestClean:
    def test_understands_a_whole_row(self) -> None:
        row = clean(
            name="苏小妹",
            sex="女",
            birth="1990.3.5",
            phone="139 0000 0001",
            height="1米66",
            income="1-2万",
            marital="离异带孩",
            city="上海市",
            basis="线上注册勾选",
            basis_date="2025/2/18",
            last_result="有意向",
        )
        assert (row.phone, row.refused, row.name, row.sex, row.birth) == (
            "+8613900000001",
            None,
            "苏小妹",
            Sex.FEMALE,
            date(1990, 3, 5),
        )
        assert (row.height_cm, row.income_band, row.marital, row.city) == (
            166,
            IncomeBand.FROM_10K,
            Marital.DIVORCED_WITH_CHILD,
            "上海",
        )
        assert (row.consent, row.consent_given_on, row.intends, row.says_no) == (True, date(2025, 2, 18), True, False)
        assert (row.warnings, row.row_no, row.label) == ((), 7, "7")

    def test_refuses_for_the_first_reason(self) -> None:
        assert clean(phone="", birth="2015-01-01").refused == "phone"
        assert clean(phone="021-65309827", birth="1990-02-30").refused == "landline"
        assert clean(phone="13900000001", birth="1990-02-30").refused == "birth"
        assert clean(phone="13900000001", birth="2015-01-01").refused == "minor"
        assert clean(phone="13900000001").refused is None

    def test_a_refused_row_still_tells_its_number_and_its_no(self) -> None:
        row = clean(phone="13900000001", birth="2015-01-01", last_result="不需要服务")
        assert (row.phone, row.says_no) == ("+8613900000001", True)

    def test_consent_needs_a_day(self) -> None:
        assert not clean(basis="线上注册勾选").consent
        future = clean(basis="线上注册勾选", basis_date="2027-01-01")
        assert (future.consent, future.warnings) == (False, (CellWarning(Field.BASIS_DATE, "in_the_future"),))

    def test_warns_of_what_it_leaves_out(self) -> None:
        row = clean(
            phone="13900000001", height="高", education="火星大专生?", sex="x", income="9", basis="其他", registered_on="昨天"
        )
        assert {warning.field for warning in row.warnings} == {"height", "sex", "income", "basis", "registered_on"}

    def test_a_refusal_in_the_remark_is_pointed_out_and_not_acted_on(self) -> None:
        row = clean(phone="13900000001", remark="客户说不要再打")
        assert not row.says_no
        assert row.warnings == (CellWarning(Field.REMARK, "mentions_refusal"),)

    def test_cuts_long_text_and_says_so(self) -> None:
        row = clean(phone="13900000001", name="长" * 4000)
        assert row.name == "长" * MAX_LENGTH[Field.NAME]
        assert row.warnings == (CellWarning(Field.NAME, "too_long"),)

    def test_text_loses_what_cannot_be_seen_and_keeps_the_rest(self) -> None:
        row = clean(
            name="苏\u200b小\u202e妹\x00", remark="<script>alert(1)</script>\r\n=1+1", occupation="a\tb\nc", wechat=123456.0
        )
        assert (row.name, row.remark, row.occupation, row.wechat) == (
            "苏小妹",
            "<script>alert(1)</script>\n=1+1",
            "a b c",
            "123456",
        )

    def test_no_identity_number_survives_in_any_value(self) -> None:
        row = clean(phone="13900000001", birth="110101199003051234")
        assert row.birth == date(1990, 3, 5)
        assert "110101" not in repr(row)

    @given(
        st.fixed_dictionaries(
            {},
            optional={
                str(field): st.none()
                | st.text(max_size=80)
                | st.integers()
                | st.floats()
                | st.booleans()
                | st.dates()
                | st.datetimes()
                | st.times()
                | st.sampled_from(
                    [
                        "1e9999",
                        "9" * 5000,
                        "一" * 300,
                        "十" * 300,
                        "万" * 300,
                        "-",
                        "+" * 300,
                        "(" * 300,
                        "²",
                        "①",
                        "Ⅷ",
                        "٣",
                        "𝟙𝟛",
                    ]
                )
                for field in Field
            },
        )
    )
    def test_never_fails_whatever_the_cells_hold(self, cells: dict[str, Cell]) -> None:
        row = clean(**cells)
        assert (row.refused in {"phone", "landline"}) == (row.phone is None)
        texts = [getattr(row, field.name) for field in fields(row) if isinstance(getattr(row, field.name), str)]
        assert not any(chr(code) in text for text in texts for code in (*range(10), 0x200B, 0x202E, 0xD800))

    def test_takes_every_type_a_cell_can_have(self) -> None:
        row = clean(
            name=datetime.fromisoformat("2020-01-02 03:04:00"),
            wechat=time(1, 2),
            occupation=date(2020, 1, 2),
            source=True,
            phone=13900000001,
        )
        assert (row.name, row.wechat, row.occupation, row.source) == ("2020-01-02 03:04:00", "01:02:00", "2020-01-02", "true")
