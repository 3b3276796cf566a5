"""Headings in Chinese and English, wherever the heading row stands."""

import pytest

from hongxian.intake import columns, workbook
from hongxian.intake.fields import HEADINGS, MAX_LENGTH, Field
from hongxian.intake.limits import Cell, Limits
from hongxian.intake.workbook import Sheet, SheetRow


def rows(*cells: list[Cell]) -> tuple[SheetRow, ...]:
    return tuple(SheetRow(number, tuple(row)) for number, row in enumerate(cells, start=1))


def found(*headings: str) -> dict[str, int]:
    return {field.value: place for field, place in columns.recognise(rows=rows(list(headings))).found.items()}


class TestRecognise:
    def test_finds_every_field_by_its_own_name_in_both_languages(self) -> None:
        for names in ([field.label_zh for field in Field], [words.split()[-1] for words in HEADINGS.values()]):
            assert found(*names) == {field: index for index, field in enumerate(Field)}

    @pytest.mark.parametrize(
        "heading", ["手机", "手机号", "手机号码", "联系电话", "电话", "mobile", "Phone", "Mobile No.", "phone_number"]
    )
    def test_finds_the_phone_by_its_synonyms(self, heading: str) -> None:
        assert found("姓名", heading) == {"name": 0, "phone": 1}

    @pytest.mark.parametrize(
        ("heading", "field"),
        [
            ("身高(cm)", "height"),
            ("身高（厘米）", "height"),
            ("身高/cm", "height"),
            (" 姓 名 * ", "name"),
            ("姓名(必填)", "name"),
            ("ＮＡＭＥ", "name"),
            ("姓名 Name", "name"),
            ("性别\nSex", "sex"),
            ("联系方式(微信)", "wechat"),
            ("手机号(微信同号)", "phone"),
            ("手机/电话", "phone"),
            ("年收入(万)", "income"),
            ("【必填】手机号码", "phone"),
        ],
    )
    def test_sees_through_decoration(self, heading: str, field: str) -> None:
        assert found("会员编号", "出生日期", heading) == {"label": 0, "birth": 1, field: 2}

    @pytest.mark.parametrize("heading", ["学历/职业", "QQ/微信", "紧急联系人", "姓名拼音"])
    def test_leaves_alone_what_it_cannot_tell(self, heading: str) -> None:
        recognised = columns.recognise(rows=rows(["手机", "姓名", heading]))
        assert recognised.unrecognised == (heading,)

    def test_passes_over_titles_notes_blank_rows_and_columns(self) -> None:
        sheet = (
            SheetRow(2, ("上海门店会员资料",)),
            SheetRow(3, (None, "说明: 手机必填")),
            SheetRow(6, (None, None, "姓名", "手机")),
            SheetRow(7, (None, None, "苏小妹", "13900000001")),
        )
        recognised = columns.recognise(rows=sheet)
        assert recognised.heading_row == 6
        assert recognised.found == {"name": 2, "phone": 3}

    def test_reads_headings_of_two_merged_rows(self) -> None:
        recognised = columns.recognise(
            rows=rows(["姓名", "联系", None, "性别"], [None, "手机", "微信", None], ["甲", "1", "w", "女"])
        )
        assert recognised.heading_row == 2
        assert recognised.found == {"name": 0, "phone": 1, "wechat": 2, "sex": 3}

    def test_prefers_the_more_exact_of_two_columns(self) -> None:
        assert found("电话", "手机号码", "姓名") == {"phone": 1, "name": 2}
        assert found("手机", "手机") == {"phone": 0}

    def test_a_value_is_not_taken_for_a_heading(self) -> None:
        assert columns.recognise(rows=rows(["姓名", "手机", "来源"], ["甲", "13900000001", "电话"])).heading_row == 1

    def test_tells_when_there_is_no_phone(self) -> None:
        recognised = columns.recognise(rows=rows(["姓名", "性别", "通讯号"]))
        assert not recognised.complete
        assert recognised.unrecognised == ("通讯号",)

    @pytest.mark.parametrize("table", [rows(["a", "b"], ["1", "2"]), rows([1, 2.0]), ()])
    def test_refuses_a_sheet_without_headings(self, table: tuple[SheetRow, ...]) -> None:
        with pytest.raises(workbook.UnreadableWorkbook) as caught:
            columns.recognise(rows=table)
        assert caught.value.code == "no_heading"

    def test_what_was_remembered_goes_first(self) -> None:
        table = rows(["姓名", "手机", "通讯号"])
        assert columns.recognise(rows=table, remembered={"phone": "通讯号"}).found == {"name": 0, "phone": 2}
        assert columns.recognise(rows=table, remembered={"phone": "别处", "nonsense": "姓名"}).found == {"name": 0, "phone": 1}


class TestCorrect:
    RECOGNISED = columns.Columns(1, ("姓名", "手机", "通讯号", "甲"), {Field.NAME: 0, Field.PHONE: 1})

    def test_moves_a_field_to_another_column(self) -> None:
        assert columns.correct(columns=self.RECOGNISED, corrections={"phone": "通讯号"}).found == {"name": 0, "phone": 2}

    def test_a_column_holds_one_field(self) -> None:
        assert columns.correct(columns=self.RECOGNISED, corrections={"remark": "姓名"}).found == {"phone": 1, "remark": 0}

    def test_an_empty_heading_unmaps(self) -> None:
        assert columns.correct(columns=self.RECOGNISED, corrections={"name": ""}).found == {"phone": 1}

    def test_what_it_tells_can_be_given_back(self) -> None:
        assert columns.correct(columns=self.RECOGNISED, corrections=self.RECOGNISED.by_heading) == self.RECOGNISED

    @pytest.mark.parametrize("corrections", [{"phone": "没有这列"}, {"nonsense": "姓名"}])
    def test_refuses_what_is_not_there(self, corrections: dict[str, str]) -> None:
        with pytest.raises(columns.UnknownColumn) as caught:
            columns.correct(columns=self.RECOGNISED, corrections=corrections)
        assert caught.value.message


class TestChooseSheet:
    def test_takes_the_sheet_with_the_best_headings(self) -> None:
        notes = Sheet("说明", visible=True, rows=rows(["请按模板填写"]))
        few = Sheet("少", visible=True, rows=rows(["手机"]))
        many = Sheet("多", visible=True, rows=rows(["手机", "姓名"]))
        assert columns.choose_sheet(sheets=[notes, few, many])[0] is many

    def test_refuses_when_no_sheet_has_headings(self) -> None:
        with pytest.raises(workbook.UnreadableWorkbook):
            columns.choose_sheet(sheets=[Sheet("说明", visible=True, rows=rows(["请按模板填写"]))])


class TestRawRows:
    def read(self, *cells: list[Cell]) -> list[tuple[int, Cell, dict[Field, Cell]]]:
        sheet = Sheet("s", visible=True, rows=rows(*cells))
        recognised = columns.recognise(rows=sheet.rows)
        return [(row.row_no, row.id_cell, dict(row.cells)) for row in columns.raw_rows(sheet=sheet, columns=recognised)]

    def test_puts_cells_under_their_fields(self) -> None:
        assert self.read(["编号", "手机"], ["A1", 1], ["A2"]) == [
            (2, "A1", {"label": "A1", "phone": 1}),
            (3, "A2", {"label": "A2"}),
        ]

    def test_a_row_is_named_by_a_first_column_that_is_no_field(self) -> None:
        assert self.read(["用例", "手机"], ["c1", 1])[0][1] == "c1"

    def test_a_row_is_never_named_by_a_number_or_a_name(self) -> None:
        assert self.read(["手机", "姓名"], [13900000001, "甲"])[0][1] is None

    def test_passes_over_rows_without_any_field(self) -> None:
        assert self.read(["手机", "姓名", "图"], ["", None, "x"]) == []


def test_every_field_is_shorter_than_the_cut_of_the_reader() -> None:
    assert max(MAX_LENGTH.values()) < Limits().cell_characters
    assert MAX_LENGTH.keys() == set(Field)
