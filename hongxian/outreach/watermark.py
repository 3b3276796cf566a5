"""
A watermark on every page of a file, and one that cannot be seen: the order of its rows.

Each file has an order of its own, made from its number. Somebody who copies the rows without the headings, or only a part of
them, still copies their order; `tells` says of a list whether it has the order of a file.
"""

from __future__ import annotations

import hashlib
import io
from itertools import pairwise
from typing import TYPE_CHECKING

from openpyxl import Workbook

from hongxian.kernel.sheets import Value, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST_HEADER = 200


def place_of(export: str, member_id: int) -> bytes:
    """Where a member stands in a file."""
    return hashlib.sha256(f"{export} {member_id}".encode()).digest()


def tells(export: str, member_ids: Sequence[int]) -> float:
    """Which part of the neighbours in a list stand in the order of this file: 1 is this file's, a half is chance."""
    places = [place_of(export, member_id) for member_id in member_ids]
    pairs = list(pairwise(places))
    return sum(before < after for before, after in pairs) / len(pairs) if pairs else 0.0


def write(*, headings: Sequence[str], rows: Iterable[Sequence[Value]], title: str, lines: Sequence[str]) -> bytes:
    """An .xlsx file of one sheet: the lines of the watermark first and on every page, then headings and rows."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=title)
    words = _in_header(" · ".join(lines))
    sheet.oddHeader.left.text = words
    sheet.oddFooter.left.text = words
    sheet.oddFooter.right.text = "&P / &N"
    for line in lines:
        sheet.append([safe(line)])
    sheet.append([safe(heading) for heading in headings])
    for row in rows:
        sheet.append([safe(value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _in_header(text: str) -> str:
    """A header has codes of its own that begin with &; it holds 255 characters at most."""
    return text.replace("&", "&&")[:LONGEST_HEADER]
