"""What is written out is never run."""

import csv
import io

import openpyxl
import pytest

from hongxian.intake import reporting, workbook


class TestNeutralise:
    @pytest.mark.parametrize("text", ["=1+1", "+861", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1"])
    def test_puts_an_apostrophe_before_what_could_be_run(self, text: str) -> None:
        assert reporting.neutralise(text=text) == "'" + text

    @pytest.mark.parametrize("text", ["", "苏小妹", "1=1", "a-b", "<script>"])
    def test_leaves_other_text_alone(self, text: str) -> None:
        assert reporting.neutralise(text=text) == text


class TestWrite:
    ROWS: tuple[list[reporting.Value], ...] = ([1, "=1+1", None], [2.5, '=HYPERLINK("x")', 'a,b\n"c"'])

    def test_csv(self) -> None:
        content = reporting.write_csv(headings=["=h", "b", "c"], rows=self.ROWS)
        records = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert records == [["'=h", "b", "c"], ["1", "'=1+1", ""], ["2.5", '\'=HYPERLINK("x")', 'a,b\n"c"']]
        assert content.startswith("\ufeff".encode())

    def test_xlsx(self) -> None:
        content = reporting.write_xlsx(headings=["=h", "b", "c"], rows=[*self.ROWS, ["x" * 40_000, "a\x00b", True]], title="结果")
        sheet = openpyxl.load_workbook(io.BytesIO(content))["结果"]
        assert [cell.data_type for cell in sheet[2]] == ["n", "s", "n"]
        assert sheet["B2"].value == "'=1+1"
        assert len(sheet["A4"].value) == reporting.LONGEST_CELL
        assert sheet["B4"].value == "ab"

    def test_what_is_written_can_be_read(self) -> None:
        content = reporting.write_xlsx(headings=["编号"], rows=[["A1"]], title="结果")
        assert [row.cells for row in workbook.read(source=content)[0].rows] == [("编号",), ("A1",)]
