"""From rows to people: all rows of one number belong together, and every row has a name that is safe to keep."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hongxian.consent.giving import DECIDES_CONTACT
from hongxian.consent.receipts import COVERED_BY_IMPORT
from hongxian.intake import cleaning, columns, judging, phones, texts
from hongxian.intake.fields import Field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from hongxian.intake.columns import Columns
    from hongxian.intake.rows import CleanRow, RawRow
    from hongxian.intake.workbook import Sheet

# A member's code has a digit in it; what has none, in a column that nobody calls a code, may be a name.
_CODE = re.compile(r"[0-9]")
LONGEST = 64
FEWEST_DIGITS = 7  # no telephone number has fewer
_IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9xX]|[0-9]{15}")


@dataclass(frozen=True, slots=True)
class NamedRow:
    """
    A row with the name it has in what is stored: its code in the store's books, else #number.

    `first_cell` is what it is called towards whoever brought the file; it may be a name and is never stored. `purposes` are
    what its yes covers.
    """

    origin: str
    row: CleanRow
    first_cell: str = ""
    purposes: tuple[str, ...] = COVERED_BY_IMPORT

    @property
    def may_be_called(self) -> bool:
        """Whether its yes covers calls, on which everything else depends."""
        return self.row.consent and DECIDES_CONTACT in self.purposes


@dataclass(frozen=True, slots=True)
class Person:
    """Everything a file says of one number: the first row with its blanks filled by the others, and all the rows."""

    number: str
    filled: CleanRow
    rows: tuple[NamedRow, ...]


def read_rows(*, sheet: Sheet, found: Columns, as_of: date) -> list[NamedRow]:
    """Every row of the sheet, cleaned as of a day."""
    named = Field.LABEL in found.found
    first = min(found.found, key=lambda field: found.found[field])
    read = [
        NamedRow(origin_of(raw=raw, named=named), cleaning.clean(row=raw, as_of=as_of), _first_cell(raw, first))
        for raw in columns.raw_rows(sheet=sheet, columns=found)
    ]
    cleaning.forget()
    return read


def _first_cell(raw: RawRow, first: Field) -> str:
    cell = raw.id_cell if raw.id_cell not in {None, ""} else raw.cells.get(first)
    return texts.tidy(text=texts.write_out(cell=cell)).replace("\n", " ")[:LONGEST]


def origin_of(*, raw: RawRow, named: bool) -> str:
    """
    The row's first cell, unless that could be somebody's number or name; then its place in the sheet.

    `named` says that the column is known to hold codes.
    """
    text = texts.tidy(text=texts.write_out(cell=raw.id_cell)).replace("\n", " ")[:LONGEST]
    bare = texts.squeeze(text=texts.narrow(text=text))
    enough = sum(map(str.isdigit, bare)) >= FEWEST_DIGITS
    personal = enough and (phones.read(cell=text).number is not None or _IDENTITY_NUMBER.search(bare))
    if not bare or personal or not (named or _CODE.search(bare)):
        return f"#{raw.row_no}"
    return text


def group(rows: Iterable[NamedRow]) -> tuple[list[Person], list[NamedRow]]:
    """The people of a file in the order in which they first occur, and the rows that are refused."""
    kept: dict[str, list[NamedRow]] = {}
    refused: list[NamedRow] = []
    for named in rows:
        if named.row.refused is not None or named.row.phone is None:
            refused.append(named)
        else:
            kept.setdefault(named.row.phone, []).append(named)
    return [Person(number, _filled(of), tuple(of)) for number, of in kept.items()], refused


def _filled(rows: Sequence[NamedRow]) -> CleanRow:
    person = rows[0].row
    for later in rows[1:]:
        person = judging.fill_blanks(kept=person, later=later.row)
    intends = any(each.row.intends for each in rows)
    return replace(person, intends=intends) if intends and not person.intends else person
