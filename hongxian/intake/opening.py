"""
Opens an untrusted workbook. Runs in a process of its own, under limits of memory and time.

What the process may use is bounded before the first byte is looked at, so a file that asks for more ends this process and
nothing else. It reads the file from standard input and writes one JSON line per row; `workbook.py` is the other end.
"""

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator

from hongxian.intake import archives, delimited
from hongxian.intake.limits import Cell, Limits, NumberedRows, Refused

COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
OTHER_FILES = (b"MZ", b"\x7fELF", b"%PDF", b"Rar!", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")


def open_sheets(*, content: bytes, limits: Limits) -> Iterator[tuple[str, bool, NumberedRows]]:
    """
    Yield name, visibility and numbered rows of each sheet.

    :raises Refused: the content is no workbook that may be read.
    """
    if len(content) > limits.file_bytes:
        raise Refused("too_large")
    if not content.strip(b"\0 \t\r\n"):
        raise Refused("empty")
    if content.startswith(b"PK"):
        yield from archives.open_archive(content=content, limits=limits)
    elif content.startswith(COMPOUND_FILE):
        raise Refused(_why_not_compound(content))
    elif content.startswith(OTHER_FILES):
        raise Refused("not_a_workbook")
    else:
        yield "csv", True, delimited.open_text(content=content, limits=limits)


def _why_not_compound(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "password"
    return "other_format"


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
    """Read standard input under the limits given as the last argument; a refusal is the last line written."""
    limits = Limits(**json.loads(sys.argv[-1]))
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
