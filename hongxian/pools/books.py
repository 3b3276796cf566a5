"""The books of a consultant's day: a quota row for either kind of pool, and the hand. They are opened at first use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command, Statement
from hongxian.org import rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a consultant's claims from one pool may still go today."""

    visible: bool
    quota_left: int
    hand_left: int
    rank_floor: int


_open = Command("pools", "open_books")
_open_hands = Command("pools", "open_hands")
_standing = Statement("pools", "standing", Standing)


def open_for(*, by: Actor, now: datetime) -> bool:
    """Opens today's quotas and the hand by the consultant's tier; True when something was missing."""
    given = rules.tier_parameters(city_id=by.city_id, store_id=by.store_id, now=now)
    return _open.run(city_id=by.city_id, staff_id=by.staff_id, tier=by.tier, day=day_of(now), **given) > 0


def open_hands(*, city_id: int, store_id: int | None, staff_ids: Sequence[int], now: datetime) -> None:
    """Opens the hands of these consultants of one store where they have none yet, as wide as their tier's rule has them now."""
    given = rules.tier_parameters(city_id=city_id, store_id=store_id, now=now)
    _open_hands.run(city_id=city_id, staff_ids=list(staff_ids), **given)


def standing(*, by: Actor, pool_id: int, now: datetime) -> Standing:
    """Where the consultant stands. A pool out of reach is not visible and leaves nothing."""
    found = _standing.one(
        city_id=by.city_id,
        store_id=by.store_id,
        staff_id=by.staff_id,
        tier=by.tier,
        pool_id=pool_id,
        day=day_of(now),
        **rules.tier_parameters(city_id=by.city_id, store_id=by.store_id, now=now),
    )
    return found or Standing(visible=False, quota_left=0, hand_left=0, rank_floor=0)
