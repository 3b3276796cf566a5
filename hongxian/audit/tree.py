"""
The tree over the record: RFC 9162 (Certificate Transparency 2.0), section 2.1, as pure functions.

The tree is read in tiles, as in C2SP's tlog-tiles: tile (height, number) holds the up to 256 hashes at level 8 × height that
begin at index 256 × number. Leaves are height 0. Whoever has the tiles can say every root and every proof; a proof reads
a handful of tiles, however large the tree is.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH = 32
TILE_LEVELS = 8
TILE = 1 << TILE_LEVELS


class Tiles(Protocol):
    """Where the hashes of a tree are. A hash names a complete subtree and never changes."""

    def tile(self, height: int, number: int) -> bytes:
        """The hashes of one tile, side by side; fewer than 256 at the tree's right edge."""


class OutOfTree(ValueError):
    """Asked for a leaf or a size that the tree does not have."""


def leaf_hash(data: bytes) -> bytes:
    """RFC 9162 2.1.1: MTH({d(0)}) = HASH(0x00 || d(0))."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 2.1.1: HASH(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(hashes: bytes) -> list[bytes]:
    """Hashes that stand side by side, one by one."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over these hashes, whatever their level; of none: the empty tree's, HASH()."""
    if not hashes:
        return hashlib.sha256().digest()
    row = list(hashes)
    while len(row) > 1:
        joined = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = joined + row[len(joined) * 2 :]  # an odd one out rises as it is: the subtree to its left is complete
    return row[0]


def split_point(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def range_hash(tiles: Tiles, begin: int, end: int) -> bytes:
    """MTH over the leaves of a subtree as RFC 9162 cuts it: `begin` is a multiple of the power of two that covers the range."""
    size = end - begin
    if size & (size - 1) == 0:
        return _complete(tiles, size.bit_length() - 1, begin // size)
    middle = begin + split_point(size)
    return node_hash(range_hash(tiles, begin, middle), range_hash(tiles, middle, end))


def _complete(tiles: Tiles, level: int, index: int) -> bytes:
    """The hash of a complete subtree of 2 ** level leaves: from the tile below it."""
    height, within = divmod(level, TILE_LEVELS)
    first = index << within
    number, at = divmod(first, TILE)
    hashes = tiles.tile(height, number)[at * HASH : (at + (1 << within)) * HASH]
    if len(hashes) != HASH << within:
        raise OutOfTree(f"level {level}, index {index}")
    return root_of(split(hashes))


def root(tiles: Tiles, size: int) -> bytes:
    """RFC 9162 2.1.1: MTH(D[size])."""
    return range_hash(tiles, 0, size) if size else root_of([])


def inclusion(tiles: Tiles, index: int, size: int) -> list[bytes]:
    """
    RFC 9162 2.1.3.1: the shortest list of hashes that leads from leaf `index` to the root of the tree of `size`.

    :raises OutOfTree: there is no such leaf in it.
    """
    if not 0 <= index < size:
        raise OutOfTree(f"leaf {index} of {size}")
    path: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split_point(end - begin)
        if index < middle:
            path.append(range_hash(tiles, middle, end))
            end = middle
        else:
            path.append(range_hash(tiles, begin, middle))
            begin = middle
    return path[::-1]


def consistency(tiles: Tiles, old: int, new: int) -> list[bytes]:
    """
    RFC 9162 2.1.4.1: what shows that the tree of `new` leaves begins with the tree of `old` ones.

    :raises OutOfTree: unless 0 < old <= new.
    """
    if not 0 < old <= new:
        raise OutOfTree(f"{old} of {new}")
    path: list[bytes] = []
    begin, end = 0, new
    while end != old:
        middle = begin + split_point(end - begin)
        if old <= middle:
            path.append(range_hash(tiles, middle, end))
            end = middle
        else:
            path.append(range_hash(tiles, begin, middle))
            begin = middle
    if begin:  # the old root itself is not part of the proof: the verifier has it
        path.append(range_hash(tiles, begin, old))
    return path[::-1]


def root_from_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """RFC 9162 2.1.3.2: the root to which a path leads; None when the path is not one for this place."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(each, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def is_consistent(*, old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162 2.1.4.2: whether the path shows that the newer tree begins with the older one."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    hashes = list(path) if old & (old - 1) else [old_root, *path]
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            before, after = node_hash(each, before), node_hash(each, after)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            after = node_hash(after, each)
        place, last = place >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


class Edge:
    """
    The right edge of a tree that grows leaf by leaf: the roots of its complete subtrees, the largest first.

    Says the root after every leaf without keeping the leaves; what a verifier holds in its hand while it reads the record.
    """

    def __init__(self) -> None:
        self.size = 0
        self.newest_tile = b""
        """The root of the latest 256 leaves that became complete."""
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """One more leaf."""
        found, full, level = leaf, self.size, 0
        while full & 1:
            found, full, level = node_hash(self._peaks.pop(), found), full >> 1, level + 1
            if level == TILE_LEVELS:
                self.newest_tile = found
        self._peaks.append(found)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        peaks = list(self._peaks)
        if not peaks:
            return root_of([])
        found = peaks.pop()
        while peaks:
            found = node_hash(peaks.pop(), found)
        return found


class Stack:
    """Tiles of a tree that is held in memory: for small trees, bundles and tests."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self.rows: list[list[bytes]] = [list(leaves)]
        while len(self.rows[-1]) >= TILE:
            below = self.rows[-1]
            self.rows.append([root_of(below[at : at + TILE]) for at in range(0, len(below) - TILE + 1, TILE)])

    def tile(self, height: int, number: int) -> bytes:
        """See `Tiles`."""
        if height >= len(self.rows):
            return b""
        return b"".join(self.rows[height][number * TILE : (number + 1) * TILE])
