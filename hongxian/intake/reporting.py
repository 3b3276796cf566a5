"""Writing rows out as .csv or .xlsx so that no cell is ever run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.workbook.child import INVALID_TITLE_REGEX

Value: TypeAlias = str | int | float | bool | None

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 32_767
LONGEST_TITLE = 31


def neutralise(*, text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet could take it for a formula."""
    if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS):
        return "'" + text
    return text


def write_csv(*, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a CSV file in UTF-8 with a byte order mark, which spreadsheets need to read Chinese."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_safe(heading) for heading in headings])
    writer.writerows([_safe(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


class Sheet(NamedTuple):
    """One sheet of a workbook."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]


def write_xlsx(*, headings: Sequence[str], rows: Iterable[Sequence[Value]], title: str) -> bytes:
    """Return an .xlsx file of one sheet; a text longer than a cell may be is cut."""
    return write_book(sheets=[Sheet(title, headings, rows)])


def write_book(*, sheets: Iterable[Sheet]) -> bytes:
    """The same with several sheets; a title loses what no sheet may be called, and its end."""
    book = Workbook(write_only=True)
    for title, headings, rows in sheets:
        sheet = book.create_sheet(title=INVALID_TITLE_REGEX.sub("", title)[:LONGEST_TITLE])
        sheet.append([_safe(heading) for heading in headings])
        for row in rows:
            sheet.append([_safe(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _safe(value: Value) -> Value:
    return ILLEGAL_CHARACTERS_RE.sub("", neutralise(text=value))[:LONGEST_CELL] if isinstance(value, str) else value
