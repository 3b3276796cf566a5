"""
Lists outside the database (库外清单): files that a restored backup does not take back. A line is JSON and is on the disk
before `append` returns; lines are only ever added, and one that was torn in two is skipped when the list is read.
"""

from __future__ import annotations

import fcntl
import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

PRIVATE = 0o600


def append(file: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    """
    Adds lines, and waits until they lie on the disk.

    :raises OSError: nothing can be written; whoever calls must not go on.
    """
    text = "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)
    if not text:
        return
    new = not file.exists()
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE), "r+b", buffering=0) as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        left = _after_a_torn_line(out) + text.encode()
        while left:  # on a disk that is almost full a part is written without a word; the next try says why
            left = left[out.write(left) :]
        os.fsync(out.fileno())
    if new:
        _sync_folder(file.parent)


def _after_a_torn_line(out: Any) -> bytes:
    """A line break, where the last writer was stopped in the middle of a line."""
    size = out.seek(0, os.SEEK_END)
    if size == 0:
        return b""
    out.seek(size - 1)
    return b"" if out.read(1) == b"\n" else b"\n"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Every whole line, the oldest first; nothing where there is no list yet."""
    if not file.exists():
        return
    with file.open("rb") as lines:
        for line in lines:
            try:
                found = json.loads(line)
            except ValueError:  # torn
                continue
            if isinstance(found, dict):
                yield found
