"""The tree's hashes in the database, tile by tile: leaves from their rows, what is above from kept roots of complete tiles."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.audit import tree
from hongxian.kernel.sql import Command, Statement


@dataclass(frozen=True, slots=True)
class _Hashes:
    hashes: bytes


_leaf_tile = Statement("audit", "leaf_tile", _Hashes)
_node_tile = Statement("audit", "node_tile", _Hashes)
_add_nodes = Command("audit", "add_nodes")


class StoredTiles:
    """See `tree.Tiles`. Remembers what it has read: make one for each piece of work."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def tile(self, height: int, number: int) -> bytes:
        """At most 256 short rows."""
        if (height, number) not in self._known:
            self._known[height, number] = _read(height, number * tree.TILE, (number + 1) * tree.TILE)
        return self._known[height, number]


def _read(height: int, begin: int, end: int) -> bytes:
    found = _node_tile.one(height=height, begin=begin, end=end) if height else _leaf_tile.one(begin=begin, end=end)
    return bytes(found.hashes) if found else b""


def complete(*, before: int, after: int) -> None:
    """Keeps the roots of all tiles that have become complete while the tree grew, at every height."""
    height = 0
    while after > before:
        before, after = before >> tree.TILE_LEVELS, after >> tree.TILE_LEVELS
        numbers = list(range(before, after))
        if numbers:
            roots = [tree.root_of(tree.split(_read(height, n * tree.TILE, (n + 1) * tree.TILE))) for n in numbers]
            _add_nodes.run(height=height + 1, numbers=numbers, hashes=roots)
        height += 1
