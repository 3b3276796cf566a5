"""
Verifying the log: every row is computed anew and held against its leaf, the tree, the signed checkpoints and a kept file.

Inside the database an owner could make everything agree with everything; only what was kept outside can't be talked over.
What the file does not cover is what was sealed after it. Rows not yet sealed are counted: nothing protects those.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg

from hongxian.audit import checkpoints, comparing, tree, trusting, walking
from hongxian.audit.findings import Finding
from hongxian.audit.sealing import LOCK
from hongxian.kernel.sql import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

    from hongxian.audit.exporting import Kept

# A trace bears the time at which its request began; one that is dated so long before a checkpoint that did not have it was
# put in afterwards. Long jobs (a morning's dealing over many stores) stay well below.
BACKDATED = timedelta(minutes=10)
MOST_TILES = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found: sound when there is no finding. The first finding is the first bad row."""

    at: datetime
    origin: str
    size: int
    root: bytes
    checkpoints: int
    against: int | None
    unsealed: int
    oldest_unsealed: datetime | None
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(*, connection: Connection[Any], keys: Sequence[bytes], kept: Kept | None, now: datetime) -> Report:
    """
    Reads the whole log over this connection (autocommit; whoever may SELECT the log and the traces).

    `keys` are the installation's own public keys, for when there is no kept checkpoint to trust.
    """
    origin, size, _low, there = _settled(connection, "verify_counts")
    judged = _judge(connection, origin=origin, keys=keys, kept=kept)
    work = _Work(kept=kept, judged=judged)
    walk = walking.Walk(connection, work.after)
    walk.read(max(size, there or 0))
    found = [*walk.findings, *work.findings]
    found += _of_nodes(connection, walk)
    if (there or 0) != size:
        found.append(Finding("head", detail={"head": size, "leaves": there or 0}))
    found += _beyond(judged, walk.edge.size)
    if kept is not None:
        found += _against(kept, origin=origin, walk=walk, work=work)
    unsealed, oldest = _unsealed(connection, found, judged, kept)
    found += judged.findings
    return Report(
        at=now,
        origin=origin,
        size=size,
        root=walk.edge.root(),
        checkpoints=judged.count,
        against=kept.checkpoint.size if kept else None,
        unsealed=unsealed,
        oldest_unsealed=oldest,
        findings=_in_order(connection, found),
    )


def _rows(connection: Connection[Any], name: str, **parameters: Any) -> list[tuple[Any, ...]]:
    return list(connection.execute(text_of("audit", name).encode(), parameters).fetchall())


def _settled(connection: Connection[Any], name: str) -> tuple[Any, ...]:
    """One row about head and leaves between two passes of sealing: on a cluster, nodes commit one after the other."""
    with connection.transaction():
        _rows(connection, "verify_settled", key=LOCK)
        return _rows(connection, name)[0]


def _judge(connection: Connection[Any], *, origin: str, keys: Sequence[bytes], kept: Kept | None) -> trusting.Signatures:
    stored = (checkpoints.Stored(*row) for row in _rows(connection, "verify_checkpoints"))
    if kept is None:
        return trusting.judge(stored, origin=origin, keys=[checkpoints.key(origin, each) for each in keys])
    return trusting.judge(stored, origin=origin, keys=[kept.key], former=kept.former, until=kept.checkpoint.size)


@dataclass(slots=True)
class _Work:
    """What is checked after every leaf."""

    kept: Kept | None
    judged: trusting.Signatures
    root_then: bytes | None = None
    lost: bool = False
    findings: list[Finding] = field(default_factory=list)

    def after(self, edge: tree.Edge, at: datetime | None, row: Finding) -> None:
        """The roots that were signed at this size; whether a row that came after the kept checkpoint is dated before it."""
        roots = self.judged.roots_at(edge.size)
        if roots and not self.lost and any(each != edge.root() for each in roots):
            self.lost = True  # every later root differs, too
            self.findings.append(Finding("root", detail={"size": edge.size}))
        if self.kept is None:
            return
        checkpoint = self.kept.checkpoint
        if edge.size == checkpoint.size:
            self.root_then = edge.root()
        if edge.size > checkpoint.size and at is not None and at < checkpoint.at - BACKDATED:
            self.findings.append(replace(row, kind="backdated", detail={"against": checkpoint.size}))


def _of_nodes(connection: Connection[Any], walk: walking.Walk) -> list[Finding]:
    rows = _rows(connection, "verify_nodes")
    kept = {number: bytes(each) for number, each, _ in rows if number is not None}
    complete = max([len(walk.tiles), *(each for _, _, each in rows)])  # others may have become so since the walk began
    wrong = [number for number, each in enumerate(walk.tiles) if kept.get(number) != each]
    extra = sorted(kept.keys() - set(range(complete)))
    return [Finding("node", number * tree.TILE, detail={"rows": tree.TILE}) for number in (*wrong, *extra)][:MOST_TILES]


def _beyond(judged: trusting.Signatures, size: int) -> list[Finding]:
    """More was signed for than is there."""
    most = max(judged.roots, default=0)
    return [Finding("cut", size, detail={"against": most, "missing": most - size})] if most > size else []


def _against(kept: Kept, *, origin: str, walk: walking.Walk, work: _Work) -> list[Finding]:
    if kept.checkpoint.origin != origin:
        return [Finding("other_log")]
    root_then = walk.edge.root() if kept.checkpoint.size == 0 else work.root_then
    return list(comparing.compare(kept=kept, prints=bytes(walk.prints), tiles=walk.tiles, root_then=root_then))


def _unsealed(
    connection: Connection[Any], found: list[Finding], judged: trusting.Signatures, kept: Kept | None
) -> tuple[int, datetime | None]:
    """How many rows are not sealed yet, and since when; rows that can't be new are findings."""
    signed = [at for at in (judged.newest_at, kept.checkpoint.at if kept else None) if at is not None]
    latest = max(signed, default=None)
    waiting: list[datetime] = []
    low, first_ids, last_ids = _settled(connection, "verify_open")
    for city_id, at, trace_id, fresh in _rows(connection, "verify_unsealed", low=low, first_ids=first_ids, last_ids=last_ids):
        row = Finding("inserted", None, city_id, at, trace_id)
        if at is None:
            found.append(replace(row, kind="unreadable"))
        elif not fresh:
            found.append(row)
        elif latest is not None and at < latest - BACKDATED:
            found.append(replace(row, kind="backdated"))
        else:
            waiting.append(at)
    return len(waiting), min(waiting, default=None)


# From what explains most. What is wrong with a row itself says more than that its tile or root is wrong, too.
_TELLING = (
    *("unreadable", "trace_deleted", "deleted", "edited", "commitment", "members", "salt_missing", "inserted", "backdated"),
    *("reordered", "renumbered", "rewritten", "cut", "altered_tile", "node", "root"),
)
_OF_A_TILE = ("altered_tile", "node")


def _in_order(connection: Connection[Any], found: list[Finding]) -> list[Finding]:
    """The first row first, each row once and named; what concerns no single row comes last."""
    order = {kind: place for place, kind in enumerate(_TELLING)}
    rows = {each.index for each in found if each.index is not None and each.kind not in _OF_A_TILE}
    known: dict[object, Finding] = {}
    for each in sorted(found, key=lambda one: order.get(one.kind, len(order))):
        if each.kind in _OF_A_TILE and any(index in range(each.index or 0, (each.index or 0) + tree.TILE) for index in rows):
            continue
        known.setdefault(id(each) if each.index is None else each.index, each)
    in_order = sorted(
        known.values(), key=lambda one: (one.index is None, one.index or 0, one.trace_id is None, one.trace_id or 0)
    )
    return [_named(connection, each) for each in in_order]


def _named(connection: Connection[Any], finding: Finding) -> Finding:
    """A row that is known by its place only: which row stands there now, or else the one before."""
    if finding.index is None or finding.trace_id is not None:
        return finding
    try:
        rows = _rows(connection, "verify_leaves", begin=max(finding.index - 1, 0), end=finding.index + 1)
    except psycopg.DataError:
        return finding
    by_index = {row[0]: row for row in rows}
    here, before = by_index.get(finding.index), by_index.get(finding.index - 1)
    detail = dict(finding.detail)
    if before is not None:
        detail["before"] = {"city_id": before[1], "at": before[2].isoformat(), "trace_id": before[3]}
    if here is None:
        return replace(finding, detail=detail)
    return replace(finding, city_id=here[1], at=here[2], trace_id=here[3], detail=detail)
