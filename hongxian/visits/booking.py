"""
Booking (预约到店): the holder books a room and their own time for a member who said that they would come.

Two constraints in the database keep a room and a consultant from being booked twice, whoever presses at the same moment
(docs/decisions/0021). Bookings of one store wait for each other at its rooms, so that none of them ends in a deadlock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import Statement, constraint_of
from hongxian.pools import resting
from hongxian.vault import deciding

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

PURPOSE = "visit"
FIELDS = ("visit_time",)
OPENS, CLOSES = time(9), time(21)
LENGTHS = (30, 60, 90, 120)
FARTHEST = timedelta(days=60)
STEP = 15  # minutes: visits begin on the quarter


class CannotBook(Refusal):
    """Nothing was booked."""


class BadTime(CannotBook):
    """A visit begins ahead, on the quarter, while the store is open, and lasts one of the known lengths."""

    code = "visits.bad_time"
    message = _("请选择 60 天之内、9 点到 21 点之间的整刻时间；时长为 30、60、90 或 120 分钟。")
    status = 422


class NoRoom(CannotBook):
    """The store has no room that is free then."""

    code = "visits.no_room"
    message = _("这个时间没有空的房间，请换一个时间。")


class RoomTaken(CannotBook):
    """Somebody else has this room then."""

    code = "visits.room_taken"
    message = _("这个房间在这个时间已被预约，请换一个房间或时间。")


class ConsultantBusy(CannotBook):
    """The consultant has another visit then."""

    code = "visits.consultant_busy"
    message = _("这位顾问在这个时间已有另一个预约。")


class BookedAlready(CannotBook):
    """The member has a visit ahead; it is cancelled first."""

    code = "visits.booked_already"
    message = _("这位会员已有一个未到的预约；要改时间，请先取消原来的预约。")


class TryAgain(CannotBook):
    """Two presses stood in each other's way."""

    code = "visits.try_again"
    message = _("同时有别人在预约，请再按一次。")


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked, or had been by the same press."""

    visit_id: Annotated[int, PLAIN]
    room_id: Annotated[int, PLAIN]
    repeated: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class _Row:
    visit_id: int
    room_id: int


@dataclass(frozen=True, slots=True)
class _Room:
    room_id: int
    open: bool


@dataclass(frozen=True, slots=True)
class _Free:
    room_id: int


_rooms = Statement("visits", "lock_rooms", _Room)
_free = Statement("visits", "free_room", _Free)
_known = Statement("visits", "visit_by_request", _Row)
_book = Statement("visits", "book", _Row)
_SAID_BY: dict[str, type[CannotBook]] = {
    "visits_visit_room_once": RoomTaken,
    "visits_visit_consultant_once": ConsultantBusy,
    "visits_visit_one_ahead": BookedAlready,
    "visits_visit_booked_once": TryAgain,
}


def book(
    *,
    by: Actor,
    city_id: int,
    member_id: int,
    begins: datetime,
    minutes: int,
    request_key: UUID,
    now: datetime,
    room_id: int | None = None,
) -> Booked:
    """
    Books a visit of a member of one's own, in one's own store; without `room_id` in the first room that is free.

    The holding lasts a day beyond the visit. A second press with the same key finds what the first one booked.

    :raises NotAllowed: the role may not book, or training or agreement are missing.
    :raises NotFound: no ground on the member, or no such room here.
    :raises BadTime: not a time at which a visit can be.
    :raises NoRoom, RoomTaken, ConsultantBusy, BookedAlready, TryAgain: nothing was booked, for that reason.
    """
    ground = decide(
        by=by, city_id=city_id, member_id=member_id, permission=Permission.VISITS_VISIT_BOOK, action="visits.book", now=now
    )
    _check(begins=begins, minutes=minutes, now=now)
    ends = begins + timedelta(minutes=minutes)
    try:
        with transaction.atomic():
            known = _known.one(city_id=city_id, request_key=request_key, staff_id=by.staff_id, member_id=member_id)
            if known is not None:
                return Booked(visit_id=known.visit_id, room_id=known.room_id, repeated=True)
            if ground == "claim":  # takes member and holding, and finds out whether they are still ours
                resting.note_contact(by=by, city_id=city_id, member_id=member_id, outcome="visit", call_back_at=begins, now=now)
            chosen = _room(by=by, city_id=city_id, room_id=room_id, begins=begins, ends=ends)
            booked = _book.one(
                city_id=city_id,
                store_id=by.store_id,
                room_id=chosen,
                member_id=member_id,
                staff_id=by.staff_id,
                team_id=by.team_id,
                begins=begins,
                ends=ends,
                now=now,
                request_key=request_key,
            )
            if booked is None:  # INSERT … RETURNING gives a row or raises
                raise TryAgain
            recording.record(
                by=by,
                action="visits.book",
                purpose=PURPOSE,
                ground=ground,
                city_id=city_id,
                member_ids=[member_id],
                fields=FIELDS,
                now=now,
            )
    except (IntegrityError, OperationalError) as error:
        refusal = said_by(error)
        if refusal is None:
            raise
        raise refusal from None
    return Booked(visit_id=booked.visit_id, room_id=booked.room_id, repeated=False)


def decide(*, by: Actor, city_id: int, member_id: int, permission: Permission, action: str, now: datetime) -> str:
    """
    The ground on which somebody deals with a member's visits; a denied try is a trace.

    :raises NotAllowed: the role may not, or training or agreement are missing.
    :raises NotFound: no ground, no such member, or nothing may be done about this member.
    """
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    decision = deciding.may(by=by, permission=permission, purpose=PURPOSE, fields=FIELDS, facts=facts, city_id=city_id)
    if decision.allowed:
        return decision.ground
    recording.record(
        by=by,
        action=action,
        purpose=PURPOSE,
        ground=decision.ground,
        city_id=city_id,
        member_ids=[] if facts is None else [member_id],
        fields=FIELDS,
        reason=decision.reason,
        denied=True,
        now=now,
    )
    if decision.reason in {"role", "training", "agreement", "inactive"}:
        raise NotAllowed(decision.reason)
    raise NotFound


def said_by(error: Exception) -> CannotBook | None:
    """What a constraint's name means to people; None where it is another's."""
    if isinstance(error, OperationalError):
        return TryAgain() if getattr(error.__cause__, "sqlstate", "") in {"40P01", "40001"} else None
    kind = _SAID_BY.get(constraint_of(error))
    return kind() if kind else None


def _check(*, begins: datetime, minutes: int, now: datetime) -> None:
    if minutes not in LENGTHS or not now < begins <= now + FARTHEST:
        raise BadTime
    local = begins.astimezone(COMPANY_ZONE)
    ends = local + timedelta(minutes=minutes)
    on_the_quarter = local.minute % STEP == 0 and local.second == 0 and local.microsecond == 0
    open_then = local.time() >= OPENS and ends.time() <= CLOSES and day_of(ends) == day_of(begins)
    if not on_the_quarter or not open_then:
        raise BadTime


def _room(*, by: Actor, city_id: int, room_id: int | None, begins: datetime, ends: datetime) -> int:
    rooms = _rooms.all(city_id=city_id, store_id=by.store_id)
    if room_id is not None:
        if room_id not in {each.room_id for each in rooms if each.open}:
            raise NotFound
        return room_id
    free = _free.one(city_id=city_id, store_id=by.store_id, begins=begins, ends=ends)
    if free is None:
        raise NoRoom
    return free.room_id
