"""Entering (入海): members who may be contacted get a place in their store's pool; leaving it when consent runs out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command, Statement
from hongxian.pools import grading, hinting, moving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

BATCH = 2000


@dataclass(frozen=True, slots=True)
class _Pool:
    id: int


@dataclass(frozen=True, slots=True)
class _Id:
    member_id: int


_lock = Statement("pools", "lock_members", _Id)
_pools = Statement("pools", "pools_of_members", _Pool)
_open = Command("pools", "open_pools")
_enter = Command("pools", "enter")
_unreachable = Statement("pools", "unreachable", _Id)
_leave = Command("pools", "leave")


def open_pools(*, city_id: int) -> int:
    """Opens the pools that a city and its stores lack. Gives how many."""
    return _open.run(city_id=city_id)


def enter(*, by: Actor, city_id: int, member_ids: Sequence[int], now: datetime) -> int:
    """
    Grades these members and puts those into their store's pool who are live, reachable and nowhere else yet.

    Reachable is: not suppressed, and with a consent to calls or texts that runs today. Who has a place keeps it, so the
    same call again changes nothing. Call it last in the transaction that brings people in. Gives how many came in.
    """
    if not member_ids:
        return 0
    ids = sorted(set(member_ids))
    with transaction.atomic():
        _lock.all(city_id=city_id, member_ids=ids)
        grading.regrade(city_id=city_id, member_ids=ids, now=now)
        hinting.hold(pool_ids=[pool.id for pool in _pools.all(city_id=city_id, member_ids=ids)])
        return _enter.run(
            city_id=city_id,
            member_ids=ids,
            now=now,
            day=day_of(now),
            staff_id=by.staff_id,
            **moving.facet_parameters(),
            **hinting.parameters(),
        )


def sweep_unreachable(*, by: Actor, city_id: int, now: datetime) -> int:
    """
    The worker's round: takes out of the pools whose consent has run out or who may not be contacted for another reason.

    Gives how many left.

    :raises NotAllowed: the actor is not the system.
    """
    moving.require_system(by)
    left, after = 0, 0
    while True:
        with transaction.atomic():
            found = _unreachable.all(city_id=city_id, today=day_of(now), after=after, size=BATCH)
            if not found:
                return left
            ids = [row.member_id for row in found]
            left += _leave.run(city_id=city_id, member_ids=ids, now=now, day=day_of(now), staff_id=by.staff_id)
            after = ids[-1]
