"""
Opens an untrusted workbook. Runs as a script in a process of its own, under limits of memory and time.

What the process may use is bounded before the first byte is looked at, so a file that asks for more ends this process and
nothing else. It reads the file from standard input and writes one JSON line per row; `workbook.py` is the other end.
Only parts that were measured and searched are handed on: they are packed anew, so that no second reader of the archive can
see something else in it.
"""

import csv
import datetime as dt
import io
import json
import resource
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import python_calamine

Cell: TypeAlias = "str | int | float | bool | dt.date | dt.time | None"

MIB = 1024 * 1024
COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
UNNEEDED_PARTS = ("xl/drawings/", "xl/charts/", "xl/media/", "xl/theme/", "xl/pivotcache/", "xl/externallinks/", "docprops/", "customxml/")
OTHER_WORKBOOKS = ("xl/workbook.bin", "content.xml", "index/document.iwa")
SNIFFED_LINES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a workbook may ask for before it is refused."""

    file_bytes: int = 64 * MIB
    unpacked_bytes: int = 200 * MIB
    ratio: int = 200
    ratio_from_bytes: int = 8 * MIB
    parts: int = 2000
    rows: int = 100_000
    columns: int = 256
    cell_characters: int = 4000
    output_bytes: int = 256 * MIB
    memory_bytes: int = 1024 * MIB
    cpu_seconds: int = 60
    wall_seconds: int = 120


class Refused(Exception):
    """The file is not read; `code` is one of the keys of `workbook.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Rows: TypeAlias = "Iterable[tuple[int, list[Cell]]]"


def open_sheets(*, content: bytes, limits: Limits) -> Iterator[tuple[str, bool, Rows]]:
    """
    Yield name, visibility and numbered rows of each sheet.

    :raises Refused: the content is no workbook that may be read.
    """
    if len(content) > limits.file_bytes:
        raise Refused("too_large")
    if not content.strip(b"\0 \t\r\n"):
        raise Refused("empty")
    if content.startswith(b"PK"):
        yield from _sheets_of_archive(repack(content=content, limits=limits))
    elif content.startswith(COMPOUND_FILE):
        raise Refused(_why_not_compound(content))
    elif content.startswith((b"MZ", b"\x7fELF", b"%PDF", b"Rar!", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise Refused("not_a_workbook")
    else:
        yield "csv", True, _rows_of_text(decode(content=content), limits)


def _why_not_compound(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "password"
    return "other_format"


def repack(*, content: bytes, limits: Limits) -> bytes:
    """
    Return the archive with only the parts that hold cells, every one of them inflated, measured and searched.

    :raises Refused: damaged, locked, oversized, no workbook, or with names or declarations no workbook has.
    """
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
            entries = _checked_entries(source, limits)
            room = limits.unpacked_bytes
            for name, entry in entries.items():
                if not name.lower().endswith((".xml", ".rels")) or name.lower().startswith(UNNEEDED_PARTS):
                    continue
                part = _inflate(source, entry, room)
                room -= len(part)
                target.writestr(name, part)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeError, ValueError, OverflowError) as damage:
        raise Refused("damaged") from damage
    return packed.getvalue()


def _checked_entries(source: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    infos = [info for info in source.infolist() if not info.is_dir()]
    if len(infos) > limits.parts or sum(info.file_size for info in infos) > limits.unpacked_bytes:
        raise Refused("zip_bomb")
    if any(info.file_size > limits.ratio_from_bytes and info.file_size > info.compress_size * limits.ratio for info in infos):
        raise Refused("zip_bomb")
    if any(info.flag_bits & 0x1 for info in infos):
        raise Refused("password")
    entries = {info.filename.replace("\\", "/"): info for info in infos}
    lowered = {name.lower() for name in entries}
    if len(lowered) != len(infos) or any(_leads_outside(name) for name in entries):
        raise Refused("unsafe_names")
    if "xl/workbook.xml" not in lowered:
        raise Refused("other_format" if lowered.intersection(OTHER_WORKBOOKS) else "not_a_workbook")
    return entries


def _leads_outside(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name


def _inflate(source: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    pieces, size = [], 0
    with source.open(entry) as stream:
        while piece := stream.read(MIB):
            size += len(piece)
            if size > room:
                raise Refused("zip_bomb")
            pieces.append(piece)
    part = b"".join(pieces)
    searched = part.replace(b"\0", b"") if b"\0" in part else part
    if b"<!DOCTYPE" in searched or b"<!ENTITY" in searched:
        raise Refused("xml_entities")
    return part


def _sheets_of_archive(archive: bytes) -> Iterator[tuple[str, bool, Rows]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(archive))
        for sheet in book.sheets_metadata:
            if sheet.typ is python_calamine.SheetTypeEnum.WorkSheet:
                visible = sheet.visible is python_calamine.SheetVisibleEnum.Visible
                yield sheet.name, visible, _rows_of_sheet(book, sheet.name)
    except python_calamine.CalamineError as damage:
        raise Refused("damaged") from damage


def _rows_of_sheet(book: python_calamine.CalamineWorkbook, name: str) -> Iterator[tuple[int, list[Cell]]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None:
        return
    indent: list[Cell] = [None] * sheet.start[1]  # rows are counted from the first of the sheet, cells from the first in use
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [*indent, *(str(cell) if isinstance(cell, dt.timedelta) else cell for cell in cells)]


def decode(*, content: bytes) -> str:
    """
    Return the text of a CSV file in UTF-8, UTF-16 or GB18030, with or without a byte order mark.

    :raises Refused: these bytes are no text.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in content[:4096]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" or b"\r\0\n\0" in content else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(text.count(mark) for mark in "\0\1\2\3\4\5\6\7\x0e\x0f"):
            return text
    raise Refused("not_a_workbook")


def _rows_of_text(text: str, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    csv.field_size_limit(limits.file_bytes)
    delimiter = find_delimiter(text=text)
    skipped = 1 if text[:4].lower() == "sep=" else 0
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "unexpected end of data" in str(fault):
            raise Refused("open_quote") from fault
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    for number, record in enumerate(records[skipped:], start=skipped + 1):
        yield number, list(record)


def find_delimiter(*, text: str) -> str:
    """Return the delimiter that the first lines use most: comma, semicolon or tab."""
    if text[:4].lower() == "sep=" and text[4:5] in {",", ";", "\t"}:
        return text[4]
    lines = text[:200_000].splitlines()[:SNIFFED_LINES]
    return max((",", ";", "\t"), key=lambda mark: sum(line.count(mark) for line in lines))


def _written(cell: object) -> object:
    if isinstance(cell, dt.datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, dt.date):
        return {"date": cell.isoformat()}
    return str(cell)


def _trimmed(cells: list[Cell], limits: Limits) -> list[Cell]:
    kept = [cell.strip()[: limits.cell_characters] if isinstance(cell, str) else cell for cell in cells[: limits.columns]]
    while kept and kept[-1] in {None, ""}:
        kept.pop()
    return kept


def write_lines(*, content: bytes, limits: Limits) -> Iterator[str]:
    """
    Yield the workbook as JSON lines: `{"sheet", "visible"}` before the `[number, cells]` of its rows that are not blank.

    :raises Refused: see `open_sheets`; also when rows or text exceed the limits.
    """
    rows = size = 0
    for name, visible, numbered in open_sheets(content=content, limits=limits):
        yield json.dumps({"sheet": name, "visible": visible})
        for number, cells in numbered:
            kept = _trimmed(cells, limits)
            if not kept:
                continue
            line = json.dumps([number, kept], default=_written)
            rows, size = rows + 1, size + len(line)
            if rows > limits.rows or size > limits.output_bytes:
                raise Refused("too_many_rows" if rows > limits.rows else "too_demanding")
            yield line


def main() -> None:
    """Read standard input under the limits given as the first argument; a refusal is the last line written."""
    limits = Limits(**json.loads(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        content = sys.stdin.buffer.read(limits.file_bytes + 1)
        for line in write_lines(content=content, limits=limits):
            sys.stdout.write(line + "\n")
    except Refused as refusal:
        sys.stdout.write(json.dumps({"refused": refusal.code}) + "\n")
    except MemoryError:
        sys.stdout.write(json.dumps({"refused": "too_demanding"}) + "\n")


if __name__ == "__main__":
    main()
