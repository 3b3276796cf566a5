"""The log as it stands against a checkpoint that was kept elsewhere: which row is the first that is not what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.audit import tree
from hongxian.audit.exporting import FINGERPRINT
from hongxian.audit.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hongxian.audit.exporting import Kept

ALIKE = 16  # so many rows in a row that agree again are no accident


def compare(*, kept: Kept, prints: bytes, tiles: Sequence[bytes], root_then: bytes | None) -> Iterator[Finding]:
    """
    `prints` and `tiles` are of the rows as they stand; `root_then` is their root at the checkpoint's size, None when there are
    too few of them.
    """
    size = kept.checkpoint.size
    if root_then == kept.checkpoint.root:
        return
    now_size = len(prints) // FINGERPRINT
    first = _first_difference(prints, kept.rows) if kept.checkpoint.rows else None
    if first is not None and first < min(size, now_size):
        yield Finding(_kind(_rows(prints), _rows(kept.rows), first), first, detail={"against": size})
        return
    tile = _first_tile(kept, tiles)
    if tile is not None:
        yield Finding("altered_tile", tile * tree.TILE, detail={"against": size, "rows": tree.TILE})
    elif now_size < size:
        yield Finding("cut", now_size, detail={"against": size, "missing": size - now_size})
    else:  # the last, incomplete tile
        yield Finding("altered_tile", size - size % tree.TILE, detail={"against": size, "rows": size % tree.TILE})


def _first_difference(one: bytes, other: bytes) -> int:
    """The row at which they part; the length of the shorter when they don't."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # by halves: comparing long equal stretches is fast
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        elif middle == high:
            high -= 1
        else:
            high = middle
    return low // FINGERPRINT


class _rows:  # noqa: N801 - reads as a function
    """Fingerprints by row."""

    def __init__(self, prints: bytes) -> None:
        self.prints = prints

    def __getitem__(self, place: slice) -> bytes:
        return self.prints[place.start * FINGERPRINT : place.stop * FINGERPRINT]

    def __len__(self) -> int:
        return len(self.prints) // FINGERPRINT

    def has(self, one: bytes) -> bool:
        """Whether some row has this fingerprint."""
        at = self.prints.find(one)
        while at % FINGERPRINT and at >= 0:
            at = self.prints.find(one, at + 1)
        return at >= 0


def _kind(now: _rows, then: _rows, first: int) -> str:
    """What was done at the first row that differs, from how the following rows agree."""

    def agree(now_at: int, then_at: int) -> bool:
        there = min(len(now) - now_at, len(then) - then_at, ALIKE)
        return there > 0 and now[now_at : now_at + there] == then[then_at : then_at + there]

    if now.has(then[first : first + 1]) and then.has(now[first : first + 1]) and not agree(first, first + 1):
        return "reordered"
    if first + 1 == len(then) and len(now) >= len(then):
        return "edited"
    for several in range(1, tree.TILE):  # a trace about several members is several rows
        if agree(first + several, first + several):
            return "edited"
        if agree(first, first + several):
            return "deleted"
        if agree(first + several, first):
            return "inserted"
    return "rewritten"


def _first_tile(kept: Kept, tiles: Sequence[bytes]) -> int | None:
    for number, (ours, theirs) in enumerate(zip(tiles, tree.split(kept.tiles), strict=False)):
        if ours != theirs:
            return number
    return None
