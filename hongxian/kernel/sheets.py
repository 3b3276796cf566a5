"""Cells that a spreadsheet never runs as a formula; whoever writes rows out goes through here."""

from __future__ import annotations

from typing import TypeAlias

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Value: TypeAlias = str | int | float | bool | None

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
LONGEST_CELL = 32_767


def neutralise(*, text: str) -> str:
    """Return the text with an apostrophe before it where a spreadsheet could take it for a formula."""
    if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS):
        return "'" + text
    return text


def safe(value: Value) -> Value:
    """A cell's value; a text that is longer than a cell may be is cut."""
    return ILLEGAL_CHARACTERS_RE.sub("", neutralise(text=value))[:LONGEST_CELL] if isinstance(value, str) else value
