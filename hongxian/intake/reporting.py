"""Writing rows out as .csv or .xlsx so that no cell is ever run as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.workbook.child import INVALID_TITLE_REGEX

from hongxian.kernel.sheets import LONGEST_CELL, Value, neutralise
from hongxian.kernel.sheets import safe as _safe

__all__ = ["LONGEST_CELL", "Sheet", "Value", "neutralise", "write_book", "write_csv", "write_xlsx"]
LONGEST_TITLE = 31


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
