"""Workbooks from anybody: what is read, and that every hostile file ends in its own refusal."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from hongxian.intake import workbook
from hongxian.intake.limits import Limits

HEADINGS = ["会员编号", "姓名", "手机号码"]
ROW = ["A1", "苏小妹", "13900000001"]


def xlsx(*rows: Sequence[object], book: openpyxl.Workbook | None = None) -> bytes:
    book = book or openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content: bytes, changes: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", compression) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return file.getvalue()


def refusal(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(workbook.UnreadableWorkbook) as caught:
        workbook.read(source=content, limits=limits)
    assert caught.value.message
    assert caught.value.message_en
    return caught.value.code


def cells(content: bytes) -> list[tuple[object, ...]]:
    return [row.cells for row in workbook.read(source=content)[0].rows]


class TestRead:
    def test_keeps_types_and_row_numbers(self) -> None:
        content = xlsx([], [], [None, None, "x", 1.5, True, date(1990, 3, 5), datetime(1990, 3, 5, 6, 7)])  # noqa: DTZ001
        (sheet,) = workbook.read(source=content)
        assert sheet.rows[0].number == 3
        assert list(sheet.rows[0].cells[2:]) == ["x", 1.5, True, date(1990, 3, 5), datetime(1990, 3, 5, 6, 7)]  # noqa: DTZ001

    def test_counts_columns_from_a_when_the_first_are_empty(self) -> None:
        assert cells(xlsx([None, None, "x"]))[0][2] == "x"

    def test_leaves_out_blank_rows_and_keeps_numbering(self) -> None:
        (sheet,) = workbook.read(source=xlsx(HEADINGS, [], [" "], ROW))
        assert [row.number for row in sheet.rows] == [1, 4]

    def test_reads_from_a_path(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        path.write_bytes(xlsx(HEADINGS, ROW))
        assert workbook.read(source=path)[0].rows[1].cells == tuple(ROW)

    def test_never_runs_a_formula(self) -> None:
        assert cells(xlsx(["x", "=1+1", '=HYPERLINK("http://example.org","y")', "z"]))[0] == ("x", "", "", "z")

    def test_keeps_text_that_looks_like_a_formula(self) -> None:
        assert cells("姓名,手机\n\"=cmd|' /C calc'!A0\",1\n".encode())[1][0] == "=cmd|' /C calc'!A0"

    def test_cuts_a_cell_of_a_megabyte(self) -> None:
        text = repacked(
            xlsx(HEADINGS),
            {
                "xl/worksheets/sheet1.xml": sheet_xml(
                    '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "长" * 1_000_000 + "</t></is></c></row>"
                )
            },
        )
        assert cells(text) == [("长" * Limits().cell_characters,)]

    def test_ignores_hidden_sheets_unless_there_is_no_other(self) -> None:
        book = openpyxl.Workbook()
        book.create_sheet("second").append(["visible"])
        content = xlsx(["hidden"], book=hidden_first(book))
        assert [sheet.name for sheet in workbook.read(source=content)] == ["second"]
        only = openpyxl.Workbook()
        only.create_sheet("empty")
        assert workbook.read(source=xlsx(["hidden"], book=hidden_first(only)))[0].rows[0].cells == ("hidden",)

    def test_reads_a_stray_cell_far_below(self) -> None:
        book = openpyxl.Workbook()
        book.worksheets[0]["A200000"] = "far"
        assert workbook.read(source=xlsx(book=book))[0].rows[0].number == 200_000


def hidden_first(book: openpyxl.Workbook) -> openpyxl.Workbook:
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    return book


def sheet_xml(rows: str, prologue: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?>{prologue}<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


class TestReadCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_reads_every_encoding_and_delimiter(self, encoding: str, delimiter: str) -> None:
        text = "\r\n".join(delimiter.join(row) for row in (HEADINGS, ROW))
        assert cells(text.encode(encoding)) == [tuple(HEADINGS), tuple(ROW)]

    def test_obeys_a_sep_line(self) -> None:
        assert cells("sep=;\n姓名;手机\n甲,乙;1\n".encode()) == [("姓名", "手机"), ("甲,乙", "1")]

    def test_reads_quoted_line_ends(self) -> None:
        assert cells('姓名,备注\n甲,"一\n二"\n'.encode())[1] == ("甲", "一\n二")

    def test_refuses_a_quotation_mark_that_is_never_closed(self) -> None:
        assert refusal('姓名,备注\n甲,"一\n乙,二\n'.encode()) == "open_quote"

    def test_reads_a_field_of_a_megabyte(self) -> None:
        assert len(str(cells(("姓名,手机\n" + "x" * 1_000_000 + ",1").encode())[1][0])) == Limits().cell_characters


class TestRefusals:
    def test_renamed_program(self) -> None:
        assert refusal(b"MZ\x90\0" + bytes(range(256)) * 40) == "not_a_workbook"

    @pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(99), b"%PDF-1.7\n", bytes(range(256)) * 9])
    def test_other_files(self, content: bytes) -> None:
        assert refusal(content) == "not_a_workbook"

    @pytest.mark.parametrize("content", [b"", b" \r\n", b"\0\0\0", "\ufeff".encode()])
    def test_empty_files(self, content: bytes) -> None:
        assert refusal(content) == "empty"

    def test_empty_workbook(self) -> None:
        assert refusal(xlsx()) == "empty"

    def test_password(self) -> None:
        compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024)
        assert refusal(compound + "EncryptedPackage".encode("utf-16-le") + bytes(512)) == "password"

    def test_old_format(self) -> None:
        compound = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1024)
        assert refusal(compound + "Workbook".encode("utf-16-le")) == "other_format"
        assert "xlsx" in workbook.REASONS["other_format"][0]

    def test_locked_archive(self) -> None:
        content = bytearray(xlsx(HEADINGS))
        place = content.find(b"PK\x01\x02")
        while place >= 0:
            content[place + 8] |= 1
            place = content.find(b"PK\x01\x02", place + 4)
        assert refusal(bytes(content)) == "password"

    def test_archive_that_is_no_workbook(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("word/document.xml", "<a/>")
        assert refusal(file.getvalue()) == "not_a_workbook"

    @pytest.mark.parametrize("kept", [40, 1000, -30])
    def test_truncated_archive(self, kept: int) -> None:
        assert refusal(xlsx(HEADINGS, ROW)[:kept]) == "damaged"

    def test_broken_part(self) -> None:
        assert refusal(repacked(xlsx(HEADINGS), {"xl/workbook.xml": b"<workbook><"})) in {"damaged", "empty"}

    def test_too_large(self) -> None:
        assert refusal(b"a,b\n" * 100, Limits(file_bytes=100)) == "too_large"

    def test_too_many_rows(self) -> None:
        assert refusal(b"a,b\n" * 100, Limits(rows=99)) == "too_many_rows"

    def test_declared_zip_bomb(self) -> None:
        assert refusal(repacked(xlsx(HEADINGS), {"xl/media/x.xml": b" " * 210 * 1024 * 1024})) == "zip_bomb"

    def test_ratio_of_a_zip_bomb(self) -> None:
        assert refusal(repacked(xlsx(HEADINGS), {"xl/x.xml": b" " * 20 * 1024 * 1024})) == "zip_bomb"

    def test_many_parts(self) -> None:
        assert refusal(repacked(xlsx(HEADINGS), {f"xl/{n}.xml": b"" for n in range(2001)})) == "zip_bomb"

    def test_zip_bomb_that_declares_less_than_it_holds(self) -> None:
        part = b"<a>" + b"x" * 9_000_000
        content = repacked(xlsx(HEADINGS), {"xl/worksheets/sheet1.xml": part})
        lying = content.replace(len(part).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
        assert lying != content
        assert refusal(lying) == "damaged"

    @pytest.mark.parametrize("name", ["../../etc/x.xml", "/etc/x.xml", "xl\\..\\..\\x.xml", "C:/x.xml"])
    def test_path_tricks(self, name: str) -> None:
        assert refusal(repacked(xlsx(HEADINGS), {name: b"<a/>"})) == "unsafe_names"

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    def test_the_same_part_twice(self) -> None:
        file = io.BytesIO(xlsx(HEADINGS))
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
        assert refusal(file.getvalue()) == "unsafe_names"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_entity_bomb(self, encoding: str) -> None:
        bomb = '<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
        part = sheet_xml('<row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row>', bomb).decode().encode(encoding)
        assert refusal(repacked(xlsx(HEADINGS), {"xl/worksheets/sheet1.xml": part})) == "xml_entities"

    @pytest.mark.parametrize("others", [["A1"], ["A1048576"], ["XFD1"]])
    def test_cell_at_the_far_corner(self, others: list[str]) -> None:
        book = openpyxl.Workbook()
        for place in ["XFD1048576", *others]:
            book.worksheets[0][place] = "x"
        assert refusal(xlsx(book=book)) == "too_demanding"

    def test_one_long_text_shared_by_many_cells(self) -> None:
        rows = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 20 + "</row>" for n in range(1, 5001))
        strings = (
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
            + b"x" * 1_000_000
            + b"</t></si></sst>"
        )
        content = repacked(
            xlsx(HEADINGS, ROW),
            {"xl/worksheets/sheet1.xml": sheet_xml(rows), "xl/sharedStrings.xml": strings},
            zipfile.ZIP_STORED,
        )
        assert refusal(content) == "too_demanding"

    def test_more_time_than_allowed(self) -> None:
        assert refusal(xlsx(HEADINGS, ROW), Limits(wall_seconds=0)) == "too_demanding"

    def test_more_memory_than_allowed(self) -> None:
        content = ("a,b\n" + "x" * 100 + ",y\n").encode() * 200_000
        assert refusal(content, Limits(memory_bytes=100 * 1024 * 1024)) == "too_demanding"
