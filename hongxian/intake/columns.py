"""Recognising the columns of a sheet by their headings, wherever the heading row stands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from hongxian.intake import texts
from hongxian.intake.fields import HEADINGS, Field
from hongxian.intake.limits import Cell
from hongxian.intake.rows import RawRow
from hongxian.intake.workbook import Sheet, SheetRow, UnreadableWorkbook

SEARCHED_ROWS = 30
LEAST_HEADINGS = 2  # one word alone may be a value
FIELDS: Mapping[str, Field] = MappingProxyType({field.value: field for field in Field})
PARENTHESES = re.compile(r"[(\[{【〔「<][^)\]}】〕」>]*[)\]}】〕」>]?")
UNITS = frozenset(
    [
        "cm",
        "厘米",
        "公分",
        "m",
        "米",
        "元",
        "万",
        "万元",
        "千元",
        "k",
        "rmb",
        "人民币",
        "必填",
        "选填",
        "可选",
        "required",
        "optional",
    ]
)


class UnknownColumn(Exception):
    """A correction names a heading that the sheet does not have, or a field that does not exist; nothing was changed."""

    def __init__(self, heading: str) -> None:
        """Word the refusal for a heading or field name."""
        self.heading = heading
        self.message = f"表格里没有“{heading[:40]}”这一列。"
        self.message_en = f"The sheet has no column “{heading[:40]}”."
        super().__init__("unknown_column")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of the sheet holds which field. `headings` has the text above every column, empty where there is none."""

    heading_row: int
    headings: tuple[str, ...]
    found: Mapping[Field, int]

    @property
    def unrecognised(self) -> tuple[str, ...]:
        """The headings of columns that will not be read."""
        used = set(self.found.values())
        return tuple(heading for index, heading in enumerate(self.headings) if heading and index not in used)

    @property
    def complete(self) -> bool:
        """Whether the one column is there that an import cannot do without: the phone number."""
        return Field.PHONE in self.found

    @property
    def by_heading(self) -> dict[str, str]:
        """Field to heading text: what is remembered for the next workbook, and what `correct` takes."""
        return {field.value: self.headings[index] for field, index in self.found.items()}


def recognise(*, rows: Sequence[SheetRow], remembered: Mapping[str, str] | None = None) -> Columns:
    """
    Find the heading row among the first rows and the field of each column.

    What was `remembered` (field to heading) goes before what the words say; entries whose heading is not there are passed
    over. The phone column may be missing from the result: see `Columns.complete`.

    :raises UnreadableWorkbook: `no_heading`, when no row looks like one.
    """
    wanted = _wanted(remembered or {})
    best: Columns | None = None
    above: tuple[str, ...] = ()
    for row in rows[:SEARCHED_ROWS]:
        own = tuple(_heading(cell) for cell in row.cells)
        for headings in (own, _filled_from(own, above)):
            columns = Columns(row.number, headings, _assign(headings, wanted))
            if best is None or _score(columns) > _score(best):
                best = columns
        above = own
    if best is None or not (best.complete or len(best.found) >= LEAST_HEADINGS):
        raise UnreadableWorkbook("no_heading")
    return best


def correct(*, columns: Columns, corrections: Mapping[str, str]) -> Columns:
    """
    Return the columns with `corrections` (field to heading text, empty for "not read") in place of what was recognised.

    :raises UnknownColumn: a heading or a field that is not there.
    """
    places = {_key(heading): index for index, heading in reversed(list(enumerate(columns.headings))) if heading}
    found = dict(columns.found)
    for name, heading in corrections.items():
        if name not in FIELDS:
            raise UnknownColumn(name)
        field = FIELDS[name]
        found.pop(field, None)
        if not heading:
            continue
        if _key(heading) not in places:
            raise UnknownColumn(heading)
        place = places[_key(heading)]
        found = {other: index for other, index in found.items() if index != place} | {field: place}
    return Columns(columns.heading_row, columns.headings, found)


def choose_sheet(*, sheets: Sequence[Sheet], remembered: Mapping[str, str] | None = None) -> tuple[Sheet, Columns]:
    """
    Return the sheet whose heading row names the most fields, and its columns.

    :raises UnreadableWorkbook: `no_heading`, when no sheet has one.
    """
    best: tuple[Sheet, Columns] | None = None
    for sheet in sheets:
        try:
            columns = recognise(rows=sheet.rows, remembered=remembered)
        except UnreadableWorkbook:
            continue
        if best is None or _score(columns) > _score(best[1]):
            best = sheet, columns
    if best is None:
        raise UnreadableWorkbook("no_heading")
    return best


def raw_rows(*, sheet: Sheet, columns: Columns) -> Iterator[RawRow]:
    """Yield the rows below the heading row, each cell under its field; a row without any of the fields is no row."""
    headings = {field: columns.headings[index] for field, index in columns.found.items()}
    for row in sheet.rows:
        if row.number <= columns.heading_row:
            continue
        cells = {field: row.cells[index] for field, index in columns.found.items() if index < len(row.cells)}
        if any(cell is not None and cell != "" for cell in cells.values()):
            yield RawRow(row_no=row.number, cells=cells, headings=headings, id_cell=_id_cell(row.cells, columns))


def _id_cell(cells: tuple[Cell, ...], columns: Columns) -> Cell:
    first = next((index for index, heading in enumerate(columns.headings) if heading), 0)
    place = columns.found.get(Field.LABEL, None if first in columns.found.values() else first)
    return cells[place] if place is not None and place < len(cells) else None


def _heading(cell: Cell) -> str:
    return " ".join(texts.tidy(text=cell).split())[:120] if isinstance(cell, str) else ""


def _filled_from(own: tuple[str, ...], above: tuple[str, ...]) -> tuple[str, ...]:
    width = max(len(own), len(above))
    pad = [*own, *[""] * (width - len(own))]
    return tuple(heading or (above[index] if index < len(above) else "") for index, heading in enumerate(pad))


def _score(columns: Columns) -> tuple[bool, int]:
    return columns.complete, len(columns.found)


def _wanted(remembered: Mapping[str, str]) -> dict[str, Field]:
    return {_key(heading): FIELDS[name] for name, heading in remembered.items() if heading and name in FIELDS}


def _assign(headings: Sequence[str], wanted: Mapping[str, Field]) -> dict[Field, int]:
    ranked: dict[Field, tuple[int, int]] = {}
    for index, heading in enumerate(headings):
        field, rank = (wanted[_key(heading)], -1) if _key(heading) in wanted else _field_of(heading)
        if field is not None and (rank, index) < ranked.get(field, (10_000, 0)):
            ranked[field] = rank, index
    return {field: index for field, (_, index) in ranked.items()}


@cache
def _known_headings() -> dict[str, tuple[Field, int]]:
    return {_key(word): (field, rank) for field, words in HEADINGS.items() for rank, word in enumerate(words.split())}


def _key(heading: str) -> str:
    return texts.squeeze(text=texts.narrow(text=heading))


def _field_of(heading: str) -> tuple[Field | None, int]:
    """Return the field and how well it fits; the parts of a heading such as 姓名 Name or 手机/电话 must agree."""
    if not heading:
        return None, 0
    text = texts.narrow(text=heading)
    inner = [_key(part) for part in PARENTHESES.findall(text)]
    outer = PARENTHESES.sub(" ", text)
    for whole in (_key(text), *inner, _key(outer)):
        if whole in _known_headings():
            return _known_headings()[whole]
    parts = [_key(part) for part in re.split(r"[/|、,;&+]|(?<=[一-鿿])\s*(?=[a-z])|(?<=[a-z.])\s*(?=[一-鿿])", outer)]
    fits = [_known_headings().get(part) for part in parts if part and part not in UNITS]
    known = [fit for fit in fits if fit is not None]
    if known and len(known) == len(fits) and len({field for field, _ in known}) == 1:
        return known[0]
    return None, 0
