"""Recycling (回收): who was not followed up in time goes back to the pool."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.sql import Command, Statement
from hongxian.org import rules
from hongxian.pools import hinting, moving, releasing

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

BATCH = 500


@dataclass(frozen=True, slots=True)
class Due:
    """A holding that has run out; its member is locked."""

    member_id: int
    pool_id: int
    staff_id: int


_due = Statement("pools", "holdings_due", Due)
_recycle = Statement("pools", "recycle", releasing.Released)
_forget = Command("pools", "forget_former")


def recycle(*, by: Actor, city_id: int, now: datetime, limit: int) -> int:
    """
    The worker's round: ends holdings that have run out, at most `limit`; their members go back to the pools they came from.

    The holders and their team mates wait before they may reclaim; waits that are over are forgotten. Gives how many ended.

    :raises NotAllowed: the actor is not the system.
    """
    moving.require_system(by)
    _forget.run(city_id=city_id, now=now)
    ended = 0
    while ended < limit:
        with transaction.atomic():
            due = _due.all(city_id=city_id, now=now, size=min(BATCH, limit - ended))
            if not due:
                break
            hinting.hold(pool_ids=[each.pool_id for each in due])
            moving.lock_hands(city_id=city_id, staff_ids=[each.staff_id for each in due])
            _recycle.all(
                city_id=city_id,
                member_ids=[each.member_id for each in due],
                **moving.return_parameters(
                    by=by,
                    action="pools.recycle",
                    move="recycled",
                    reason="no_follow_up",
                    waits_for=rules.claims(city_id=city_id, now=now).waits_for,
                    now=now,
                ),
            )
        ended += len(due)
    return ended
