"""The rules that hold over a whole file."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hongxian.intake import judging
from hongxian.intake.rows import CleanRow

ANN, BEA = "+8613900000001", "+8613900000002"


def row(number: int, phone: str | None = ANN, *, refused: str | None = None, **values: object) -> CleanRow:
    return CleanRow(label=f"M{number}", row_no=number, phone=phone, refused=refused, **values)  # type: ignore[arg-type]  # any field


class TestJudgeFile:
    def test_a_row_with_a_known_number_merges_into_the_first(self) -> None:
        verdicts = judging.judge_file(rows=[row(1), row(2, BEA), row(3), row(4)])
        assert [verdict.result for verdict in verdicts] == ["accepted", "accepted", "merged", "merged"]
        assert [verdict.merged_into for verdict in verdicts] == [None, None, "M1", "M1"]

    def test_nothing_merges_into_a_refused_row(self) -> None:
        verdicts = judging.judge_file(rows=[row(1, refused="minor"), row(2), row(3, refused="birth")])
        assert [verdict.result for verdict in verdicts] == ["refused", "accepted", "refused"]

    def test_later_rows_fill_blanks_only(self) -> None:
        first, second = (
            row(1, name="甲", height_cm=None),
            row(2, name="乙", height_cm=170, birth=date(1990, 3, 5), birth_year=1990),
        )
        person = judging.judge_file(rows=[first, second])[0].person
        assert person is not None
        assert (person.name, person.height_cm, person.birth, person.label) == ("甲", 170, date(1990, 3, 5), "M1")

    def test_a_day_of_another_year_does_not_fill_a_known_year(self) -> None:
        filled = judging.fill_blanks(kept=row(1, birth_year=1991), later=row(2, birth=date(1990, 3, 5), birth_year=1990))
        assert (filled.birth, filled.birth_year) == (None, 1991)

    def test_a_no_anywhere_suppresses_every_row_of_the_number(self) -> None:
        verdicts = judging.judge_file(
            rows=[row(1), row(2, BEA), row(3, refused="minor", says_no=True), row(4, None, refused="phone", says_no=True)]
        )
        assert [verdict.suppressed for verdict in verdicts] == [True, False, True, None]


class TestSummarise:
    def test_counts_people_once(self) -> None:
        verdicts = judging.judge_file(
            rows=[
                row(1),
                row(2, consent=True),
                row(3, BEA, consent=True),
                row(4, BEA, says_no=True),
                row(5, None, refused="phone", consent=True),
            ]
        )
        summary = judging.summarise(verdicts=verdicts)
        assert (summary.rows, summary.accepted, summary.merged, summary.refused) == (5, 2, 2, 1)
        assert (summary.suppressed_people, summary.contactable_people, summary.refused_why) == (1, 1, {"phone": 1})

    def test_the_consent_of_a_refused_row_does_not_count(self) -> None:
        verdicts = judging.judge_file(rows=[row(1), row(2, refused="birth", consent=True)])
        assert judging.summarise(verdicts=verdicts).contactable_people == 0

    @given(
        st.lists(
            st.tuples(st.sampled_from([ANN, BEA]), st.sampled_from([None, "minor"]), st.booleans(), st.booleans()), max_size=12
        )
    )
    def test_who_said_no_is_never_contactable(self, drawn: list[tuple[str, str | None, bool, bool]]) -> None:
        rows = [row(n, phone, refused=why, consent=yes, says_no=no) for n, (phone, why, yes, no) in enumerate(drawn)]
        summary = judging.summarise(verdicts=judging.judge_file(rows=rows))
        willing = {r.phone for r in rows if r.consent and r.refused is None} - {r.phone for r in rows if r.says_no}
        assert summary.contactable_people == len(willing)
        assert summary.accepted + summary.merged + summary.refused == summary.rows
