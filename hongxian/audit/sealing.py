"""
Sealing: the worker puts every trace into the tree, in batches, a second or so after it was written.

New traces are found by their numbers, never by a clock, and nothing is waited for: see gaps.py. One pass at a time holds the
log's lock; each batch is one transaction, so a worker that falls leaves no half-sealed rows.
"""

from __future__ import annotations

import bisect
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import gaps, tiles
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

BATCH = 5_000  # traces; a list of 200 members makes 200 leaves
LOCK = 0x4C6F6753  # no other advisory lock of the company has this number
# Who takes a number has a transaction number within microseconds; that long we give a process that was stopped in between.
SETTLED = timedelta(seconds=5)
# On a cluster a transaction that writes on other nodes may have no number here at all, so a gap waits this long; none lives longer.
LONGEST_TRANSACTION = timedelta(days=1)


class Unsealable(RuntimeError):
    """The head was moved on by somebody who did not hold the lock. Nothing was sealed."""


@dataclass(frozen=True, slots=True)
class _Head:
    origin: str
    size: int
    low: int
    next: int | None
    ceiling: int
    ended: int
    begun: int
    spread: bool
    planned: str


@dataclass(frozen=True, slots=True)
class _Sealed:
    ids: list[int]
    leaves: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction sealed. `more` when traces are left for the next."""

    traces: int
    leaves: int
    more: bool


NOTHING = Batch(0, 0, more=False)

_begin = Statement("audit", "begin_sealing", _Head)
_seal = Statement("audit", "seal", _Sealed)
_advance = Command("audit", "advance_head")
_gaps = Statement("audit", "gaps", gaps.Gap)
_add_gaps = Command("audit", "add_gaps")
_drop_gaps = Command("audit", "drop_gaps")
_set_horizon = Command("audit", "set_horizon")


def seal_batch(*, now: datetime, most: int = BATCH) -> Batch:
    """
    Seals up to `most` traces in one transaction; nothing when another process is at it.

    New members' salts come out of a seed that is thrown away with the batch; leaves about erased members name nobody.

    :raises Unsealable: see there.
    """
    with transaction.atomic():
        head = _begin.one(key=LOCK)
        if head is None:
            return NOTHING
        open_gaps = _gaps.all()
        # Numbers beyond the newest that was given out are nobody's: a row that has one was not written by us.
        upto = head.low if head.next is None else min(head.next + most - 1, head.ceiling)
        if upto <= head.low and not open_gaps:
            return NOTHING
        sealed = _seal.one(
            low=head.low,
            upto=upto,
            first_ids=[gap.first_id for gap in open_gaps],
            last_ids=[gap.last_id for gap in open_gaps],
            size=head.size,
            seed=secrets.token_bytes(32),
        )
        if sealed is None:  # an aggregate gives a row or raises
            return NOTHING
        late = sealed.ids[: bisect.bisect_right(sealed.ids, head.low)]
        fresh = sealed.ids[len(late) :]
        _keep_gaps(head=head, known=open_gaps, late=late, fresh=fresh, now=now)
        size, low = head.size + sealed.leaves, fresh[-1] if fresh else head.low
        if sealed.ids:
            if _advance.run(size=size, low=low, was=head.size, was_low=head.low) != 1:
                raise Unsealable
            tiles.complete(before=head.size, after=size)
        return Batch(traces=len(sealed.ids), leaves=sealed.leaves, more=head.low < upto < head.ceiling)


def seal_all(*, now: datetime, most: int = BATCH) -> Batch:
    """Seals whatever is there, batch by batch; what was sealed in all."""
    total, leaves, more = 0, 0, True
    while more:
        batch = seal_batch(now=now, most=most)
        total, leaves, more = total + batch.traces, leaves + batch.leaves, batch.more
    return Batch(traces=total, leaves=leaves, more=False)


def _is_closed(gap: gaps.Gap, *, head: _Head, now: datetime) -> bool:
    """Whether nobody is left who could bring one of its numbers."""
    if head.spread:
        return gap.seen_at < now - LONGEST_TRANSACTION
    return gap.horizon is not None and gap.horizon <= head.ended


def _keep_gaps(*, head: _Head, known: Sequence[gaps.Gap], late: Sequence[int], fresh: Sequence[int], now: datetime) -> None:
    """
    Fills, closes and opens gaps.

    A gap closes when every transaction that could still bring one of its numbers had ended before this pass began to look.
    """
    gone: list[gaps.Gap] = []
    left: list[gaps.Gap] = []
    for gap in known:
        seen = [each for each in late if gap.first_id <= each <= gap.last_id]
        closed = _is_closed(gap, head=head, now=now)
        if seen or closed:
            gone.append(gap)
        if seen and not closed:
            left += gaps.without(gap, seen)
    if gone:
        _drop_gaps.run(first_ids=[gap.first_id for gap in gone])
    _open([*left, *gaps.holes(low=head.low, ids=fresh, now=now)])
    if known:
        _set_horizon.run(horizon=head.begun, before=now - SETTLED)


def _open(new: Iterable[gaps.Gap]) -> None:
    rows = list(new)
    if rows:
        _add_gaps.run(
            first_ids=[gap.first_id for gap in rows],
            last_ids=[gap.last_id for gap in rows],
            seen_ats=[gap.seen_at for gap in rows],
            horizons=[gap.horizon for gap in rows],
        )


def forget(*, city_id: int, member_id: int) -> None:
    """Part of erasing a member: from now on nobody can tell whom the sealed leaves name. In the surrounding transaction."""
    _forget.run(city_id=city_id, member_id=member_id)


_forget = Command("audit", "forget")
