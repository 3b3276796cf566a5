"""How much an untrusted workbook may ask for, and the words that its reader and its opener share."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

Cell: TypeAlias = str | int | float | bool | dt.date | dt.time | None
NumberedRows: TypeAlias = Iterable[tuple[int, list[Cell]]]

MIB = 1024 * 1024


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
    cells: int = 50_000_000  # of the rectangle in use, blank ones included
    cell_characters: int = 4000
    output_bytes: int = 256 * MIB
    memory_bytes: int = 1024 * MIB
    cpu_seconds: int = 60
    wall_seconds: int = 120


class Refused(Exception):
    """The file is not read; `code` is one of the keys of `workbook.REASONS`."""

    def __init__(self, code: str) -> None:
        """Refuse with a code."""
        super().__init__(code)
        self.code = code
