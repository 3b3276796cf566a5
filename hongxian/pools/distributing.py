"""Distributing (系统分配): every morning a store's pool deals a share to its consultants, by tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import rules
from hongxian.pools import books, moving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor


class AlreadyDealt(Refusal):
    """Once a store and day."""

    code = "pools.already_dealt"
    message = _("今天的系统分配已经做过。")


class NoStorePool(Refusal):
    """The store is not in this city or has no pool."""

    code = "pools.no_store_pool"
    message = _("此门店没有店内公海。")
    status = 404


@dataclass(frozen=True, slots=True)
class Receiver:
    """A consultant who takes part in the dealing."""

    staff_id: int
    team_id: int
    tier: str
    share: int
    rank_floor: int


@dataclass(frozen=True, slots=True)
class Dealt:
    """One member dealt to one consultant."""

    member_id: Annotated[int, PLAIN]
    staff_id: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class _Pool:
    id: int


@dataclass(frozen=True, slots=True)
class _Marked:
    day: date


_pool = Statement("pools", "store_pool", _Pool)
_mark = Statement("pools", "mark_dealt", _Marked)
_count = Command("pools", "count_dealt")
_receivers = Statement("pools", "receivers", Receiver)
_deal_one = Statement("pools", "deal_one", Dealt)


def deal(*, by: Actor, store_id: int, day: date, now: datetime) -> list[Dealt]:
    """
    Deals the morning's share of a store's pool; X is served before Y and Z, and within a tier everyone in turn.

    Grades above the tier, full hands and former holders are passed over; quotas are not touched. All or nothing.
    A store's manager deals for that store only.

    :raises NotAllowed: the actor may not deal.
    :raises NoStorePool: no such pool within the actor's reach.
    :raises AlreadyDealt: this store has had its share that day.
    """
    by.require(Permission.POOLS_SHARE_DEAL)
    pool = _pool.one(city_id=by.city_id, store_id=store_id)
    if pool is None or (by.role != Role.SYSTEM and by.store_id != store_id):
        raise NoStorePool
    with transaction.atomic():
        if _mark.one(city_id=by.city_id, store_id=store_id, day=day, now=now) is None:
            raise AlreadyDealt
        receivers = _receivers.all(
            city_id=by.city_id,
            store_id=store_id,
            day=day,
            **rules.tier_parameters(city_id=by.city_id, store_id=store_id, now=now),
        )
        staff_ids = [receiver.staff_id for receiver in receivers]
        books.open_hands(city_id=by.city_id, store_id=store_id, staff_ids=staff_ids, now=now)
        moving.lock_hands(city_id=by.city_id, staff_ids=staff_ids)
        dealt: list[Dealt] = []
        for tier in sorted({receiver.tier for receiver in receivers}):
            of_tier = [receiver for receiver in receivers if receiver.tier == tier]
            dealt += _deal_tier(by=by, store_id=store_id, pool_id=pool.id, receivers=of_tier, day=day, now=now)
        _count.run(city_id=by.city_id, store_id=store_id, day=day, members=len(dealt))
    return dealt


def _deal_tier(*, by: Actor, store_id: int, pool_id: int, receivers: Sequence[Receiver], day: date, now: datetime) -> list[Dealt]:
    """One member each in turn, until everyone has their share; whom the pool has nobody for sits out."""
    dealt: list[Dealt] = []
    taking = {receiver.staff_id: receiver for receiver in receivers if receiver.share > 0}
    for turn in range(1, max((receiver.share for receiver in receivers), default=0) + 1):
        for receiver in list(taking.values()):
            got = _deal_one.all(
                city_id=by.city_id,
                store_id=store_id,
                pool_id=pool_id,
                receiver_id=receiver.staff_id,
                team_id=receiver.team_id,
                rank_floor=receiver.rank_floor,
                staff_id=by.staff_id,
                held_until=now + rules.claims(city_id=by.city_id, now=now).held_for,
                day=day,
                now=now,
                **recording.trace_parameters(by=by, action="pools.deal", purpose="pool.card", ground="rule"),
            )
            dealt += got
            if not got or turn >= receiver.share:
                del taking[receiver.staff_id]
    return dealt
