"""
Reading the whole log, row by row, and computing it anew in Python: whoever owns the database can make its functions lie.

Rows are read in ranges, each in a statement of its own, so that no snapshot stays open for long: sealed rows never change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg

from hongxian.audit import leaves, tree
from hongxian.audit.findings import Finding
from hongxian.kernel.sql import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from psycopg import Connection

RANGE = 1 << 14
MOST_FINDINGS = 100
FINGERPRINT = 4
ERASED = "member.erase"  # the trace that says why a salt is gone
TRACE_COLUMNS = 14

Key = tuple[int, "datetime", int]


class _Leaf(NamedTuple):
    place: int
    city_id: int
    at: datetime
    trace_id: int
    member_id: int
    number: int
    commitment: bytes | None
    hash: bytes
    salt: bytes | None


@dataclass(slots=True)
class _Trace:
    head: str
    tail: str
    members: set[int]
    erases: bool
    left: set[int]


@dataclass(slots=True)
class Walk:
    """
    What one reading of the log gives: its computed tree and everything that is wrong with single rows.

    `each` is called after every leaf, with the tree as it then is and when the row says that it was written.
    """

    connection: Connection[Any]
    each: Callable[[tree.Edge, datetime | None, Finding], None]
    edge: tree.Edge = field(default_factory=tree.Edge)
    prints: bytearray = field(default_factory=bytearray)
    tiles: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _counts: dict[tuple[int, int], int] = field(default_factory=dict)
    _saltless: dict[tuple[int, int], Finding] = field(default_factory=dict)
    _erased: set[tuple[int, int]] = field(default_factory=set)
    _open: tuple[Key, _Trace, Finding] | None = None

    def find(self, kind: str, row: Finding, **detail: Any) -> None:
        """Notes something about a row."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind, row.index, row.city_id, row.at, row.trace_id, detail))

    def read(self, size: int) -> None:
        """Reads the leaves at the places below `size`."""
        for begin in range(0, size, RANGE):
            self._range(begin, min(begin + RANGE, size))
        self._close_trace()
        for person in self._saltless.keys() - self._erased:
            self.find("salt_missing", self._saltless[person])

    def _range(self, begin: int, end: int) -> None:
        try:
            rows = list(self._leaves(begin, end))
            known = self._traces(begin, end)
        except (psycopg.DataError, ValueError, OverflowError):  # a value that no program of ours wrote
            if end - begin == 1:
                self.find("unreadable", Finding("unreadable", begin))
                self._add(bytes(tree.HASH), None, Finding("unreadable", begin))
                return
            middle = (begin + end) // 2
            self._range(begin, middle)
            self._range(middle, end)
            return
        for row in rows:
            self._row(row, known)
        self._skip_to(end)

    def _leaves(self, begin: int, end: int) -> Iterator[_Leaf]:
        found = self.connection.execute(text_of("audit", "verify_leaves").encode(), {"begin": begin, "end": end})
        return map(_Leaf._make, found.fetchall())

    def _traces(self, begin: int, end: int) -> dict[Key, _Trace]:
        found = self.connection.execute(text_of("audit", "verify_traces").encode(), {"begin": begin, "end": end})
        known = {}
        for row in found.fetchall():
            trace = leaves.Trace(*row[:TRACE_COLUMNS])
            members = {each for each in row[TRACE_COLUMNS] if each is not None} or {leaves.NOBODY}
            erases = trace.action == ERASED and trace.outcome == "allowed"
            known[trace.city_id, trace.at, trace.id] = _Trace(*leaves.halves(trace), members, erases, set(members))
        return known

    def _skip_to(self, index: int) -> None:
        """Places at which no leaf is."""
        while self.edge.size < index:
            self.find("deleted", Finding("deleted", self.edge.size))
            self._add(bytes(tree.HASH), None, Finding("deleted", self.edge.size))

    def _row(self, leaf: _Leaf, known: dict[Key, _Trace]) -> None:
        row = Finding("", leaf.place, leaf.city_id, leaf.at, leaf.trace_id)
        if leaf.place < self.edge.size:
            self.find("inserted", row)
            return
        self._skip_to(leaf.place)
        key = (leaf.city_id, leaf.at, leaf.trace_id)
        trace = known.get(key)
        if trace is None:
            self._close_trace()
            self.find("trace_deleted", row)
            self._add(leaf.hash, leaf.at, row)
            return
        self._of_trace(key, trace, leaf.member_id, row)
        self._member(leaf, trace, row)
        commitment = leaf.commitment.hex() if leaf.commitment else "-"
        computed = leaves.hash_of(f"{trace.head}\nmember={commitment}\nnumber={leaf.number}{trace.tail}")
        if computed != leaf.hash:
            self.find("edited", row)
        self._add(computed, leaf.at, row)

    def _of_trace(self, key: Key, trace: _Trace, member_id: int, row: Finding) -> None:
        """The leaves of a trace stand side by side, one for each member that it names."""
        if self._open is None or self._open[0] != key:
            self._close_trace()
            self._open = (key, trace, row)
        left = self._open[1].left
        if member_id not in left:
            self.find("members", row)
        left.discard(member_id)

    def _close_trace(self) -> None:
        if self._open is not None and self._open[1].left:
            self.find("members", self._open[2])
        self._open = None

    def _member(self, leaf: _Leaf, trace: _Trace, row: Finding) -> None:
        person = (leaf.city_id, leaf.member_id)
        expected = self._counts.get(person, 0) + 1
        self._counts[person] = leaf.number
        if leaf.number != expected:
            self.find("renumbered", row, expected=expected, found=leaf.number)
        if trace.erases:
            self._erased.add(person)
        if leaf.member_id == leaves.NOBODY:
            return
        if leaf.salt is None:
            self._saltless.setdefault(person, row)
        elif leaf.commitment != leaves.commitment_of(
            salt=leaf.salt, city_id=leaf.city_id, member_id=leaf.member_id, number=leaf.number
        ):
            self.find("commitment", row)

    def _add(self, leaf_hash: bytes, at: datetime | None, row: Finding) -> None:
        self.edge.add(leaf_hash)
        self.prints += leaf_hash[:FINGERPRINT]
        if self.edge.size % tree.TILE == 0:
            self.tiles.append(self.edge.newest_tile)
        self.each(self.edge, at, row)
