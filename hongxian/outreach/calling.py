"""
Calling (拨打): the holder presses, the dialer takes the call up, and what happens to it is noted here.

A call is a permit, a record (`outreach_placedcall`) and the consultant's line, taken in one transaction; the line is free
again with the call's end, so that nobody has two calls at once. Numbers are the dialer's affair: no page sees one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.members import records
from hongxian.org import queries as org
from hongxian.outreach import call_states, gate, placed
from hongxian.outreach.showing import ABOUT_ASKER, ContactDenied

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

# The dialer listens to this one: a call was asked for, or somebody wants to hang up. The worker listens to the other.
CALLS, NINES = "hongxian_calls", "hongxian_nines"


class CannotCall(Refusal):
    """Nothing was placed."""

    code = "outreach.cannot_call"


class NoGateway(CannotCall):
    """Calls are not carried here."""

    code = "outreach.no_call_gateway"
    message = _("没有设置电话线路。")


class NoExtension(CannotCall):
    """Nobody knows which phone to ring."""

    code = "outreach.no_extension"
    message = _("您还没有分机：请店长在“员工”页面设置后再拨打。")


class LineBusy(CannotCall):
    """One call at a time."""

    code = "outreach.line_busy"
    message = _("您有一通电话还没有结束，请先挂断。")


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that was asked for; `repeated` when the same press came before."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    at: Annotated[datetime, PLAIN]
    id: Annotated[int, PLAIN]
    request_key: Annotated[UUID, PLAIN]
    repeated: Annotated[bool, PLAIN] = False


@dataclass(frozen=True, slots=True)
class _Key:
    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class _Line:
    staff_id: int


@dataclass(frozen=True, slots=True)
class _Told:
    told: str


_known = Statement("outreach", "placed_by_request", _Key)
_take_line = Statement("outreach", "take_line", _Line)
_free_line = Command("outreach", "free_line")
_add = Statement("outreach", "add_placed", _Key)
_tally_placed = Command("outreach", "tally_placed")
_tally_talk = Command("outreach", "tally_talk")
_lock = Statement("outreach", "lock_placed", call_states.Call)
_set = Command("outreach", "set_placed")
_hang_up = Statement("outreach", "hang_up", _Key)
_tell = Statement("outreach", "tell", _Told)


def place(*, by: Actor, city_id: int, member_id: int, request_key: UUID, now: datetime) -> Placed:
    """
    Asks for a call to a member whom this person holds: permit, record and line in one transaction. The consultant's own
    phone rings first. The same `request_key` again is the same call.

    :raises NotAllowed: the role calls nobody.
    :raises NoGateway: calls are not carried here.
    :raises NoExtension: no phone to ring.
    :raises LineBusy: this person's last call is not over.
    :raises NotFound: nobody whom this person may know of.
    :raises ContactDenied: the gate's reason.
    """
    by.require(Permission.OUTREACH_NUMBER_SHOW)
    with transaction.atomic():
        records.lock(city_id=city_id, member_id=member_id)
        known = _known.one(city_id=city_id, member_id=member_id, staff_id=by.staff_id, request_key=request_key, now=now)
        if known is not None:
            return Placed(city_id, member_id, known.at, known.id, request_key, repeated=True)
        verdict = gate.permit(by=by, city_id=city_id, member_id=member_id, channel="call", now=now)
        if verdict.permit_id is not None:
            _take_line_of(by=by, city_id=city_id, request_key=request_key, now=now)
            return _placed(
                by=by, city_id=city_id, member_id=member_id, permit_id=verdict.permit_id, request_key=request_key, now=now
            )
    raise ContactDenied(verdict.reason) if verdict.near or verdict.reason in ABOUT_ASKER else NotFound


def _take_line_of(*, by: Actor, city_id: int, request_key: UUID, now: datetime) -> None:
    """What is wanting says so last, and takes the permit back with it: of whom one may not call one learns nothing else."""
    if not settings.CALL_GATEWAY:
        raise NoGateway
    if not org.extension_of(staff_id=by.staff_id):
        raise NoExtension
    if _take_line.one(city_id=city_id, staff_id=by.staff_id, request_key=request_key, now=now) is None:
        raise LineBusy


def _placed(*, by: Actor, city_id: int, member_id: int, permit_id: int, request_key: UUID, now: datetime) -> Placed:
    call = _add.one(
        city_id=city_id,
        now=now,
        member_id=member_id,
        staff_id=by.staff_id,
        team_id=by.team_id,
        store_id=by.store_id,
        permit_id=permit_id,
        gateway=settings.CALL_GATEWAY,
        request_key=request_key,
    )
    if call is None:  # INSERT … RETURNING gives a row or raises
        message = "the call gave no number back"
        raise RuntimeError(message)
    _tally_placed.run(
        city_id=city_id,
        staff_id=by.staff_id,
        store_id=by.store_id,
        team_id=by.team_id,
        hour=hour_of(now),
        day=start_of(day_of(now)),
    )
    recording.record(
        by=by, action="outreach.call", purpose="outreach.call", ground="claim", city_id=city_id, member_ids=[member_id], now=now
    )
    _tell.one(channel=CALLS, about=str(city_id))
    return Placed(city_id, member_id, call.at, call.id, request_key)


def hang_up(*, by: Actor, city_id: int, member_id: int, request_key: UUID, now: datetime) -> None:
    """
    Asks the dialer to end this person's call. One that is over stays as it is.

    :raises NotFound: no such call of this person's.
    """
    by.require(Permission.OUTREACH_NUMBER_SHOW)
    with transaction.atomic():
        wanted = {"city_id": city_id, "member_id": member_id, "staff_id": by.staff_id, "request_key": request_key, "now": now}
        if _hang_up.one(**wanted) is not None:
            _tell.one(channel=CALLS, about=str(city_id))
            return
        if _known.one(**wanted) is not None:
            return
        placed.deny(by=by, city_id=city_id, member_id=member_id, now=now)
    raise NotFound


def note(*, city_id: int, at: datetime, id: int, state: str, cause: str = "", now: datetime) -> bool:  # noqa: A002 - a call's own number
    """
    Notes an event of a call, in the dialer's role or the worker's: a state, or `nine`, at the moment `now` at which it
    happened. Record, tallies and line change in one transaction. An end by `nine` is a nine, too; each nine is told to the
    worker, which files the refusal (nines.py). May be repeated and come in any order (call_states.py). True when
    something changed.

    :raises ValueError: no such state.
    """
    with transaction.atomic():
        call = _lock.one(city_id=city_id, at=at, id=id)
        if call is None:
            return False
        new = call_states.after(call, kind=state, cause=cause, at=now)
        if new == call:
            return False
        _set.run(
            city_id=city_id,
            at=at,
            id=id,
            state=new.state,
            cause=new.cause,
            consultant_at=new.consultant_at,
            member_at=new.member_at,
            talking_at=new.talking_at,
            ended_at=new.ended_at,
            nine_at=new.nine_at,
            now=now,
        )
        _count(city_id=city_id, at=at, before=call, after=new)
        if new.ended_at is not None and call.ended_at is None:
            _free_line.run(city_id=city_id, staff_id=call.staff_id, request_key=call.request_key)
        if new.nine_at is not None and call.nine_at is None:
            _tell.one(channel=NINES, about=f"{city_id} {at.isoformat()} {id}")
    return True


def _count(*, city_id: int, at: datetime, before: call_states.Call, after: call_states.Call) -> None:
    """Into the hour and the day in which the call was placed; `place` has made their rows."""
    talked, seconds = after.talked - before.talked, after.seconds - before.seconds
    if talked or seconds:
        _tally_talk.run(
            city_id=city_id,
            staff_id=before.staff_id,
            hour=hour_of(at),
            day=start_of(day_of(at)),
            talked=talked,
            seconds=seconds,
        )
