"""
Reshuffling (每月重排): once a month a city's pool is put into a new order, so that not always the same are at its head.

Everybody in the city's pools, the stores' too, is graded anew by today's record and today's weights; whoever may not be
contacted any more, or has used up the contacts of a lifetime, leaves. In the city's pool the grade still comes first and then
freshness, by bands of so many days; within a band the month's seed draws the place. In a store's pool only a new grade moves.

A walk over the pools by members' numbers, a small transaction at a time: nobody waits longer than for one batch, and claims not
at all, for they skip what is held. What was walked is written down with the batch, so that a worker that dies loses nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import rules
from hongxian.pools import grading, hinting, moving

if TYPE_CHECKING:
    from collections.abc import Callable

    from hongxian.kernel.actor import Actor

BATCH = 1_000
SHOWN = timedelta(days=400)
LONGEST_WHY = 200
FROM_HOUR = 2  # of the month's first night
LAST_DAY = 10  # on which a month's reshuffle that nobody made is still made up for


class UnderWay(Refusal):
    """One at a time."""

    code = "pools.reshuffle_under_way"
    message = _("这个城市的重排正在进行。")


class WhyMissing(Refusal):
    """Beginning one outside its time needs its reason."""

    code = "pools.reshuffle_why_missing"
    message = _("请写明为什么现在重排。")
    status = 422


@dataclass(frozen=True, slots=True)
class ReshuffleRow:
    """One reshuffle: how many it looked at, gave a new place, graded otherwise and took out."""

    city_id: Annotated[int, PLAIN]
    city_name: Annotated[str, PLAIN]
    city_name_en: Annotated[str, PLAIN]
    month: Annotated[date, PLAIN]
    run: Annotated[int, PLAIN]
    started_at: Annotated[datetime, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]
    walked: Annotated[int, PLAIN]
    moved: Annotated[int, PLAIN]
    regraded: Annotated[int, PLAIN]
    left_out: Annotated[int, PLAIN]
    why: Annotated[str, PLAIN]
    by_alias: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class _Pool:
    id: int
    peopled: bool


@dataclass(frozen=True, slots=True)
class _Begun:
    run: int


@dataclass(frozen=True, slots=True)
class _Walk:
    month: date
    run: int
    pool_id: int
    seed: int
    walked_to: int


@dataclass(frozen=True, slots=True)
class _Id:
    member_id: int


@dataclass(frozen=True, slots=True)
class _Entry:
    member_id: int
    pool_id: int


_pool = Statement("pools", "city_pool", _Pool)
_begin = Statement("pools", "start_reshuffle", _Begun)
_walk = Statement("pools", "reshuffle_hold", _Walk)
_batch = Statement("pools", "walk_batch", _Entry)
_take = Statement("pools", "walk_hold", _Id)
_out = Command("pools", "walk_out")
_shuffle = Command("pools", "reshuffle")
_on = Command("pools", "reshuffle_on")
_rows = Statement("pools", "reshuffles", ReshuffleRow)


def begin_month(*, by: Actor, city_id: int, now: datetime) -> bool:
    """
    The worker's: begins the month's reshuffle once, from the first night to the tenth day; True when it has just begun.

    :raises NotAllowed: the actor is not the system.
    """
    moving.require_system(by)
    local = now.astimezone(COMPANY_ZONE)
    if local.day > LAST_DAY or (local.day == 1 and local.hour < FROM_HOUR):
        return False
    return _start(by=by, city_id=city_id, why="", again=False, now=now)


def begin_now(*, by: Actor, city_id: int, why: str, now: datetime) -> None:
    """
    Begins one outside its time.

    :raises NotAllowed: not of operations.
    :raises WhyMissing: no reason.
    :raises NotFound: no such city, or nobody is in its pool.
    :raises UnderWay: one is being made.
    """
    by.require(Permission.POOLS_CITY_RESHUFFLE)
    why = " ".join(why.split())[:LONGEST_WHY]
    if not why:
        raise WhyMissing
    pool = _pool.one(city_id=city_id)
    if pool is None or not pool.peopled:
        raise NotFound
    with transaction.atomic():
        if not _start(by=by, city_id=city_id, why=why, again=True, now=now):
            raise UnderWay
        month = f"{day_of(now):%Y-%m}"
        changing.note_change(
            by=by, action="pools.reshuffle", thing=f"city {city_id}", before=None, after={"month": month}, why=why, now=now
        )


def step(*, by: Actor, city_id: int, now: datetime) -> bool:
    """
    One batch of what is under way in a city; False when there is nothing more to do, or another worker does it.

    :raises NotAllowed: the actor is not the system.
    """
    moving.require_system(by)
    with transaction.atomic():
        walk = _walk.one(city_id=city_id)
        if walk is None:
            return False
        batch = _batch.all(city_id=city_id, after=walk.walked_to, size=BATCH)
        ids = [row.member_id for row in batch]
        moved = regraded = left_out = 0
        if ids:
            held = [row.member_id for row in _take.all(city_id=city_id, member_ids=ids)]
            left_out = _left_out(by=by, city_id=city_id, ids=held, now=now)
            hinting.hold(pool_ids=[row.pool_id for row in batch])
            regraded = grading.write_grades(city_id=city_id, member_ids=held, now=now)
            moved = _moved(city_id=city_id, walk=walk, ids=held, now=now)
            grading.rerank(city_id=city_id, member_ids=held, now=now)  # the stores' pools; the city's have moved
        _on.run(
            city_id=city_id,
            month=walk.month,
            run=walk.run,
            walked_to=ids[-1] if ids else walk.walked_to,
            walked=len(ids),
            moved=moved,
            regraded=regraded,
            left_out=left_out,
            ended=not ids,
            now=now,
        )
    return bool(ids)


def work(*, by: Actor, city_id: int, clock: Callable[[], datetime], until: datetime) -> int:
    """
    Batches until all is done or the time is over; how many batches. What is left goes on with the next call, whoever makes it.

    :raises NotAllowed: the actor is not the system.
    """
    done = 0
    while clock() < until and step(by=by, city_id=city_id, now=clock()):
        done += 1
    return done


def reshuffles(*, by: Actor, today: date) -> list[ReshuffleRow]:
    """
    The reshuffles of a year in every city.

    :raises NotAllowed: not of operations.
    """
    by.require(Permission.POOLS_CITY_RESHUFFLE)
    return _rows.all(since=today - SHOWN)


def _start(*, by: Actor, city_id: int, why: str, again: bool, now: datetime) -> bool:
    pool = _pool.one(city_id=city_id)
    if pool is None or not pool.peopled or (again and by.role == Role.SYSTEM):
        return False
    month = day_of(now).replace(day=1)
    begun = _begin.one(
        city_id=city_id,
        month=month,
        pool_id=pool.id,
        seed=secrets.randbits(62),
        staff_id=by.staff_id,
        why=why,
        again=again,
        now=now,
    )
    return begun is not None


def _left_out(*, by: Actor, city_id: int, ids: list[int], now: datetime) -> int:
    lifetime = rules.contact(city_id=city_id, now=now).lifetime
    return _out.run(city_id=city_id, member_ids=ids, staff_id=by.staff_id, lifetime=lifetime, day=day_of(now), now=now)


def _moved(*, city_id: int, walk: _Walk, ids: list[int], now: datetime) -> int:
    band = rules.band_days(city_id=city_id, now=now) * 86_400
    return _shuffle.run(
        city_id=city_id, pool_id=walk.pool_id, member_ids=ids, band=band, seed=walk.seed, now=now, **hinting.parameters()
    )
