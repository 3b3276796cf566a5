"""
The hint: from which rank on a pool has living entries, so that a claim need not walk over those long gone.

A deleted entry stays in the index until no snapshot can see it. While a report or a dump runs, thousands pile up at the
head of a pool. So rows are appended that say "below this rank nothing lives"; claims start there. (An updated row would
pile up its own dead versions.)

It is exact, not a guess. Where a claim starts is the lowest rank among the newest `advanced` or `reset` row and all
`lowered` rows after it. Whoever puts an entry back holds the pool's hint lock in common with others and appends a lowered
row in the same transaction; whoever advances takes the lock alone, or gives up at once, and only then looks. So no entry
can come in, unseen, below an advance: docs/decisions/0004.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from hongxian.kernel.sql import Command, Statement
from hongxian.org import rules
from hongxian.pools import ranking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

LOCK_SPACE = 7_200
# A claim moves the hint on when one of its members has a number that this divides: one member in so many.
EVERY = 32
# A pool that came up short is looked through from the floor at most this often.
LOOK_AGAIN_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class _Locked:
    locked: bool


@dataclass(frozen=True, slots=True)
class _Moved:
    starts_at: int
    lower: bool


@dataclass(frozen=True, slots=True)
class _Floor:
    pool_id: int
    rank_floor: int


_hold = Statement("pools", "hold_hints", _Locked)
_try = Statement("pools", "try_hints", _Locked)
_advance = Command("pools", "advance_hint")
_reset = Statement("pools", "reset_hint", _Moved)
_floors = Statement("pools", "hinted_floors", _Floor)
_prune = Command("pools", "prune_hints")


def parameters() -> dict[str, Any]:
    """What a statement needs that includes pools/lower_hints after a CTE named `back(pool_id, rank)`."""
    return {"rank_floors": [ranking.rank_floor(grade) for grade in ranking.GRADES]}


def hold(*, pool_ids: Sequence[int]) -> None:
    """For a transaction that puts entries into these pools: before the statement that does it."""
    _hold.all(space=LOCK_SPACE, pool_ids=sorted(set(pool_ids)))


def after_claim(*, by: Actor, pool_id: int, member_ids: Iterable[int], now: datetime) -> None:
    """Now and then moves the hint on to the first living entry. Does nothing inside a transaction that may still fail."""
    if all(member_id % EVERY for member_id in member_ids) or connection.in_atomic_block:
        return
    advance(city_id=by.city_id, store_id=by.store_id, pool_id=pool_id, tier=by.tier, now=now)


def advance(*, city_id: int, pool_id: int, tier: str | None, now: datetime, store_id: int | None = None) -> bool:
    """Appends where the living begin for this tier; False where somebody is just putting entries in, or nothing moved."""
    with transaction.atomic():
        if not _alone(pool_id):
            return False
        given = rules.tier_parameters(city_id=city_id, store_id=store_id, now=now)
        return _advance.run(city_id=city_id, pool_id=pool_id, tier=tier, now=now, **given) > 0


def look_from_floor(*, city_id: int, pool_id: int, rank_floor: int, now: datetime) -> bool:
    """
    Looks for the living from the floor on and says so in the hint; True when some live below where claims started.

    At most once in five seconds: a pool that is really empty must not be searched by every press.
    """
    return reset(city_id=city_id, pool_id=pool_id, rank_floor=rank_floor, now=now, not_within=LOOK_AGAIN_AFTER_SECONDS)


def reset(*, city_id: int, pool_id: int, rank_floor: int, now: datetime, not_within: int) -> bool:
    """Appends where the living begin, counted from the floor; True when that is lower than the hint had it."""
    with transaction.atomic():
        if not _alone(pool_id):
            return False
        moved = _reset.one(city_id=city_id, pool_id=pool_id, rank_floor=rank_floor, now=now, not_within=not_within)
    return moved is not None and moved.lower


def prune(*, city_id: int, now: datetime) -> int:
    """
    The worker's round: every hint is counted anew from its floor, then rows that no claim can need any more go.

    Gives how many rows went.
    """
    for known in _floors.all(city_id=city_id):
        reset(city_id=city_id, pool_id=known.pool_id, rank_floor=known.rank_floor, now=now, not_within=0)
    return _prune.run(city_id=city_id, now=now)


def _alone(pool_id: int) -> bool:
    found = _try.one(space=LOCK_SPACE, pool_id=pool_id)
    return found is not None and found.locked
