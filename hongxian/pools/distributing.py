"""Distributing (系统分配): every morning a store's pool deals a share to its consultants, by tier, room and presence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import rules
from hongxian.pools import books, moving, ranking, sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

# Candidates are looked at in pieces; a piece is what one tier can take, and some more.
PIECE_AT_LEAST = 50


class AlreadyDealt(Refusal):
    """Once a store and day, unless it was undone."""

    code = "pools.already_dealt"
    message = _("今天的系统分配已经做过。")


class NoStorePool(Refusal):
    """The store is not in this city or has no pool."""

    code = "pools.no_store_pool"
    message = _("此门店没有店内公海。")
    status = 404


@dataclass(frozen=True, slots=True)
class Receiver:
    """A consultant of the store, as the dealing sees them."""

    staff_id: int
    alias: str
    team_id: int
    team_name: str
    tier: str
    share: int
    rank_floor: int
    room: int
    trained: bool
    agreed: bool
    off: bool
    here: bool

    def reason_against(self, *, must_be_here: bool) -> str:
        """Why nobody is dealt to them today; "" where nothing stands in the way."""
        checks = (
            ("agreement", not self.agreed),
            ("training", not self.trained),
            ("off", self.off),
            ("not_here", must_be_here and not self.here),
            ("no_share", self.share <= 0),
            ("full", self.room <= 0),
        )
        return next((reason for reason, stands in checks if stands), "")


@dataclass(frozen=True, slots=True)
class Dealt:
    """One member dealt to one consultant."""

    member_id: Annotated[int, PLAIN]
    staff_id: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """What one consultant would get: how many of each grade, never whom. `grade_sum` counts A as 0 … E as 4."""

    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    team_name: Annotated[str, PLAIN]
    tier: Annotated[str, PLAIN]
    share: Annotated[int, PLAIN]
    room: Annotated[int, PLAIN]
    by_grade: Annotated[tuple[int, ...], PLAIN]
    total: Annotated[int, PLAIN]
    grade_sum: Annotated[int, PLAIN]
    reason: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Preview:
    """A dealing that has not taken place: nothing moved and nothing is held."""

    rows: Annotated[list[ShareRow], PLAIN]
    total: Annotated[int, PLAIN]
    must_be_here: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class _Pool:
    id: int


@dataclass(frozen=True, slots=True)
class _Marked:
    day: date
    run: int


@dataclass(frozen=True, slots=True)
class _Bar:
    member_id: int
    staff_id: int
    team_id: int


_pool = Statement("pools", "store_pool", _Pool)
_mark = Statement("pools", "mark_dealt", _Marked)
_count = Command("pools", "count_dealt")
_receivers = Statement("pools", "receivers", Receiver)
_look = Statement("pools", "deal_candidates", sharing.Candidate)
_hold = Statement("pools", "hold_deal_candidates", sharing.Candidate)
_bars = Statement("pools", "deal_bars", _Bar)
_deal = Statement("pools", "deal_members", Dealt)


def deal(*, by: Actor, store_id: int, day: date, now: datetime) -> list[Dealt]:
    """
    Deals the morning's share of a store's pool; who gets whom is `sharing.share_out`.

    Grades above the tier, full hands, former holders and who is not on duty are passed over; quotas are not touched. All or
    nothing. A store's manager deals for that store only, and again after having undone a dealing; the system never does.

    :raises NotAllowed: the actor may not deal.
    :raises NoStorePool: no such pool within the actor's reach.
    :raises AlreadyDealt: this store has had its share that day.
    """
    pool_id = _pool_of(by=by, store_id=store_id)
    with transaction.atomic():
        again = by.role != Role.SYSTEM
        mark = _mark.one(city_id=by.city_id, store_id=store_id, day=day, now=now, staff_id=by.staff_id, again=again)
        if mark is None:
            raise AlreadyDealt
        staff_ids = [each.staff_id for each in _receivers_of(by=by, store_id=store_id, day=day, now=now)]
        books.open_hands(city_id=by.city_id, store_id=store_id, staff_ids=staff_ids, now=now)
        moving.lock_hands(city_id=by.city_id, staff_ids=staff_ids)
        receivers = _receivers_of(by=by, store_id=store_id, day=day, now=now)
        must_be_here = rules.must_be_here(city_id=by.city_id, store_id=store_id, now=now)
        shares = _share(_hold, by=by, pool_id=pool_id, receivers=receivers, must_be_here=must_be_here, day=day, now=now)
        dealt = _move(by=by, pool_id=pool_id, taken=shares.taken, day=day, now=now)
        _count.run(city_id=by.city_id, store_id=store_id, day=day, run=mark.run, members=len(dealt))
    return dealt


def preview(*, by: Actor, store_id: int, day: date, now: datetime) -> Preview:
    """
    What `deal` would do at this moment, by the same rule; counts by consultant and grade.

    :raises NotAllowed: the actor may not deal.
    :raises NoStorePool: no such pool within the actor's reach.
    """
    pool_id = _pool_of(by=by, store_id=store_id)
    receivers = _receivers_of(by=by, store_id=store_id, day=day, now=now)
    must_be_here = rules.must_be_here(city_id=by.city_id, store_id=store_id, now=now)
    shares = _share(_look, by=by, pool_id=pool_id, receivers=receivers, must_be_here=must_be_here, day=day, now=now)
    rows = [_row(each, shares=shares, must_be_here=must_be_here) for each in receivers]
    return Preview(rows=rows, total=len(shares.taken), must_be_here=must_be_here)


def _pool_of(*, by: Actor, store_id: int) -> int:
    by.require(Permission.POOLS_SHARE_DEAL)
    pool = _pool.one(city_id=by.city_id, store_id=store_id)
    if pool is None or (by.role != Role.SYSTEM and by.store_id != store_id):
        raise NoStorePool
    return pool.id


def _receivers_of(*, by: Actor, store_id: int, day: date, now: datetime) -> list[Receiver]:
    given = rules.tier_parameters(city_id=by.city_id, store_id=store_id, now=now)
    return _receivers.all(city_id=by.city_id, store_id=store_id, day=day, **given)


def _share(
    candidates: Statement[sharing.Candidate],
    *,
    by: Actor,
    pool_id: int,
    receivers: Sequence[Receiver],
    must_be_here: bool,
    day: date,
    now: datetime,
) -> sharing.Shares:
    takers = [
        sharing.Taker(each.staff_id, each.team_id, each.tier, min(each.share, each.room), each.rank_floor)
        for each in receivers
        if not each.reason_against(must_be_here=must_be_here)
    ]
    size = max(PIECE_AT_LEAST, sum(taker.limit for taker in takers))

    def load(floor: int, after: sharing.Candidate | None) -> Sequence[sharing.Candidate]:
        rank, member_id = (after.rank, after.member_id) if after else (-1, 0)
        return candidates.all(
            city_id=by.city_id, pool_id=pool_id, rank_floor=floor, after_rank=rank, after_member_id=member_id, size=size
        )

    barred = partial(_barred, city_id=by.city_id, now=now)
    return sharing.share_out(takers, turn=day.toordinal(), load=load, barred=barred)


def _barred(member_ids: Sequence[int], *, city_id: int, now: datetime) -> dict[int, tuple[set[int], set[int]]]:
    bars: dict[int, tuple[set[int], set[int]]] = {}
    for bar in _bars.all(city_id=city_id, member_ids=list(member_ids), now=now):
        staff, teams = bars.setdefault(bar.member_id, (set(), set()))
        staff.add(bar.staff_id)
        teams.add(bar.team_id)
    return bars


def _move(*, by: Actor, pool_id: int, taken: Sequence[tuple[int, sharing.Candidate]], day: date, now: datetime) -> list[Dealt]:
    if not taken:
        return []
    return _deal.all(
        city_id=by.city_id,
        pool_id=pool_id,
        member_ids=[candidate.member_id for _staff, candidate in taken],
        receiver_ids=[staff_id for staff_id, _candidate in taken],
        staff_id=by.staff_id,
        held_until=now + rules.claims(city_id=by.city_id, now=now).held_for,
        day=day,
        now=now,
        **recording.trace_parameters(by=by, action="pools.deal", purpose="pool.card", ground="rule"),
    )


def _row(receiver: Receiver, *, shares: sharing.Shares, must_be_here: bool) -> ShareRow:
    counts = shares.grades_of(receiver.staff_id)
    reason = receiver.reason_against(must_be_here=must_be_here)
    return ShareRow(
        staff_id=receiver.staff_id,
        alias=receiver.alias,
        team_name=receiver.team_name,
        tier=receiver.tier,
        share=receiver.share,
        room=receiver.room,
        by_grade=tuple(counts[grade] for grade in ranking.GRADES),
        total=counts.total(),
        grade_sum=sum(ranking.GRADES.index(grade) * n for grade, n in counts.items()),
        reason=reason or ("nobody_left" if receiver.staff_id in shares.short else ""),
    )
