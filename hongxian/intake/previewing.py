"""What a store manager sees before an import: which column was taken for which field, with a glimpse of its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from hongxian.intake import columns, texts, workbook
from hongxian.intake.fields import Field
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hongxian.intake.columns import Columns
    from hongxian.intake.workbook import Sheet

SAMPLES, SEARCHED, LONGEST_SAMPLE = 2, 20, 24
PERSONAL = frozenset({Field.NAME, Field.PHONE, Field.WECHAT, Field.BIRTH, Field.CRITERIA, Field.REMARK, Field.LABEL})


class Unreadable(Refusal):
    """The file was not read; `code` and both languages say why. Nothing has been kept."""

    status = 422

    def __init__(self, *, code: str, message: str, message_en: str) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc] # one class for all of a file's reasons
        self.message_en = message_en


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A field, the heading it is read from (empty: not read), and two of its cells with the personal part hidden."""

    field: Annotated[str, PLAIN]
    field_zh: Annotated[str, PLAIN]
    field_en: Annotated[str, PLAIN]
    heading: Annotated[str, PLAIN]
    samples: Annotated[tuple[str, ...], PLAIN]


@dataclass(frozen=True, slots=True)
class Preview:
    """Every field in the order of the list, every heading of the sheet, and whether the phone column is there."""

    sheet: Annotated[str, PLAIN]
    rows: Annotated[int, PLAIN]
    columns: Annotated[list[ColumnRow], PLAIN]
    headings: Annotated[list[str], PLAIN]
    unrecognised: Annotated[list[str], PLAIN] = field(default_factory=list)
    complete: Annotated[bool, PLAIN] = True


def choose(*, content: bytes | Path, remembered: Mapping[str, str], corrections: Mapping[str, str]) -> tuple[Sheet, Columns]:
    """
    The sheet to import and its columns: recognised, then as remembered, then as corrected.

    :raises workbook.UnreadableWorkbook: the file is not read.
    :raises columns.UnknownColumn: a correction names what is not there.
    """
    sheet, found = columns.choose_sheet(sheets=workbook.read(source=content), remembered={**remembered, **corrections})
    unread = {name: "" for name, heading in remembered.items() if not heading and name in columns.FIELDS}
    return sheet, columns.correct(columns=found, corrections=unread | dict(corrections))


def preview(*, content: bytes, remembered: Mapping[str, str], corrections: Mapping[str, str]) -> Preview:
    """
    Looks at a workbook in memory; keeps nothing.

    :raises Unreadable: the file is no workbook that may be read, or the corrections don't fit it.
    """
    try:
        sheet, found = choose(content=content, remembered=remembered, corrections=corrections)
    except (workbook.UnreadableWorkbook, columns.UnknownColumn) as refusal:
        code = getattr(refusal, "code", "unknown_column")
        raise Unreadable(code=code, message=refusal.message, message_en=refusal.message_en) from refusal
    rows = [row for row in sheet.rows if row.number > found.heading_row]
    return Preview(
        sheet=sheet.name,
        rows=len(rows),
        columns=[_column(field, found, rows) for field in Field],
        headings=[heading for heading in found.headings if heading],
        unrecognised=list(found.unrecognised),
        complete=found.complete,
    )


def _column(about: Field, found: Columns, rows: list[workbook.SheetRow]) -> ColumnRow:
    place = found.found.get(about)
    samples: list[str] = []
    for row in rows[:SEARCHED] if place is not None else ():
        text = texts.tidy(text=texts.write_out(cell=row.cells[place])) if place is not None and place < len(row.cells) else ""
        if text and len(samples) < SAMPLES:
            samples.append(glimpse(about, text))
    heading = found.headings[place] if place is not None else ""
    return ColumnRow(about.value, about.label_zh, about.label_en, heading, tuple(samples))


def glimpse(about: Field, text: str) -> str:
    """Enough of a cell to see whether the column is the right one: of a personal one its first character and length."""
    short = text[:LONGEST_SAMPLE].replace("\n", " ")
    return short[:1] + "＊" * min(len(short) - 1, 10) if about in PERSONAL else short
