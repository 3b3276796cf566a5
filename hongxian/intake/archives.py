"""
Opening .xlsx archives. Only parts that were inflated, measured and searched are handed on.

They are packed anew, so that no second reader of the archive can see something else in it than what was checked.
"""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator

import python_calamine

from hongxian.intake.limits import MIB, Cell, Limits, NumberedRows, Refused

UNNEEDED_PARTS = (
    "xl/drawings/",
    "xl/charts/",
    "xl/media/",
    "xl/theme/",
    "xl/pivotcache/",
    "xl/externallinks/",
    "docprops/",
    "customxml/",
)
OTHER_WORKBOOKS = ("xl/workbook.bin", "content.xml", "index/document.iwa")


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


def open_archive(*, content: bytes, limits: Limits) -> Iterator[tuple[str, bool, NumberedRows]]:
    """
    Yield name, visibility and numbered rows of each worksheet, with the values that were saved, formulas never run.

    :raises Refused: see `repack`.
    """
    archive = repack(content=content, limits=limits)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(archive))
        for sheet in book.sheets_metadata:
            if sheet.typ is python_calamine.SheetTypeEnum.WorkSheet:
                visible = sheet.visible is python_calamine.SheetVisibleEnum.Visible
                yield sheet.name, visible, _rows_of_sheet(book, sheet.name, limits)
    except python_calamine.CalamineError as damage:
        raise Refused("damaged") from damage


def _rows_of_sheet(book: python_calamine.CalamineWorkbook, name: str, limits: Limits) -> Iterator[tuple[int, list[Cell]]]:
    try:
        sheet = book.get_sheet_by_name(name)
    except python_calamine.CalamineError as damage:
        raise Refused("damaged") from damage
    if sheet.start is None:
        return
    if sheet.total_height * sheet.total_width > limits.cells:
        raise Refused("too_demanding")
    indent: list[Cell] = [None] * sheet.start[1]  # rows are counted from the first of the sheet, cells from the first in use
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [*indent, *(str(cell) if isinstance(cell, dt.timedelta) else cell for cell in cells)]
