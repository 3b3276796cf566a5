"""
The dialer's part in calls (外呼): takes up what was asked for, gets the number when it is the member's turn, and lets go.

A call is taken by one conditional UPDATE, so that it is placed once at most; who died with a call in hand leaves it open, and
the next dialer of the machine, or the worker after two minutes, ends it as `dialer_died`. Nothing is called again by itself.
What happens to a call is noted by calling.py.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import recording
from hongxian.consent import ordering
from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Role
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org
from hongxian.outreach import calling
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WAITS_AT_MOST = timedelta(minutes=1)
PURPOSE = "outreach.call"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class NoCall(ValueError):
    """Not a call's word."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that this dialer carries."""

    city_id: int
    at: datetime
    id: int
    member_id: int
    staff_id: int
    permit_id: int | None

    @property
    def ref(self) -> str:
        """Its word for gateways; says nothing about anybody."""
        return ref_of(city_id=self.city_id, at=self.at, id=self.id)


@dataclass(frozen=True, slots=True)
class _Waiting:
    at: datetime
    id: int
    member_id: int
    staff_id: int
    permit_id: int | None


@dataclass(frozen=True, slots=True)
class _Refused:
    at: datetime
    id: int
    hung_up: bool


@dataclass(frozen=True, slots=True)
class _ToEnd:
    at: datetime
    id: int
    nine: bool


@dataclass(frozen=True, slots=True)
class _Left:
    at: datetime
    id: int
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class _Fit:
    fit: bool


_take = Statement("outreach", "take_calls", _Waiting)
_not_taken = Statement("outreach", "calls_not_taken", _Refused)
_to_hang_up = Statement("outreach", "calls_to_hang_up", _ToEnd)
_left_open = Statement("outreach", "calls_left_open", _Left)
_beat = Command("outreach", "beat")
_name = Command("outreach", "name_call")
_fit = Statement("outreach", "still_callable", _Fit)


def ref_of(*, city_id: int, at: datetime, id: int) -> str:  # noqa: A002 - a call's own number
    """A call's word: its key, in one piece."""
    return f"{city_id}-{(at - _EPOCH) // _TICK}-{id}"


def key_of(ref: str) -> tuple[int, datetime, int]:
    """
    The city, the moment and the number in a call's word.

    :raises NoCall: it is none.
    """
    try:
        city_id, moment, number = (int(part) for part in ref.split("-"))
        return city_id, _EPOCH + moment * _TICK, number
    except (ValueError, OverflowError) as error:
        raise NoCall from error


def take(*, city_id: int, dialer: str, now: datetime) -> list[Taken]:
    """The calls of a city that this dialer carries from now on; what waits too long is ended instead."""
    since = now - WAITS_AT_MOST
    for late in _not_taken.all(city_id=city_id, waiting_since=since):
        cause = "desk_hung_up" if late.hung_up else "too_late"
        calling.note(city_id=city_id, at=late.at, id=late.id, state="ended", cause=cause, now=now)
    rows = _take.all(city_id=city_id, dialer=dialer, waiting_since=since, now=now)
    return [Taken(city_id, row.at, row.id, row.member_id, row.staff_id, row.permit_id) for row in rows]


def to_hang_up(*, city_id: int, calls: Sequence[Taken]) -> dict[str, str]:
    """The words of those of these calls that are to end, each with its cause: what is over in the record is over on the line."""
    ats, ids = [call.at for call in calls], [call.id for call in calls]
    return {
        ref_of(city_id=city_id, at=row.at, id=row.id): "nine" if row.nine else "desk_hung_up"
        for row in _to_hang_up.all(city_id=city_id, ats=ats, ids=ids)
    }


def end_left_open(*, city_id: int, machine: str, dialer: str, now: datetime) -> int:
    """
    Ends what an earlier dialer of this machine left open, as of when it was last seen; how many. Its phones may go on
    talking, as far as the exchange lets them: nobody here knows.
    """
    ended = 0
    for left in _left_open.all(city_id=city_id, machine=machine, dialer=dialer):
        moment = min(left.seen_at, now)
        ended += calling.note(city_id=city_id, at=left.at, id=left.id, state="ended", cause="dialer_died", now=moment)
    return ended


def beat(*, city_id: int, dialer: str, now: datetime) -> int:
    """Says that this dialer is there; how many calls it carries in a city."""
    return _beat.run(city_id=city_id, dialer=dialer, now=now)


def name_call(*, ref: str, gateway_ref: str) -> None:
    """Keeps what the gateway calls a call."""
    city_id, at, number = key_of(ref)
    _name.run(city_id=city_id, at=at, id=number, gateway_ref=gateway_ref)


def extension_of(call: Taken) -> str:
    """Where the consultant's phone rings; empty where there is none."""
    caller = org.caller(staff_id=call.staff_id)
    return caller.extension if caller else ""


@contextmanager
def number_of(call: Taken, *, clock: Callable[[], datetime]) -> Iterator[str | None]:
    """
    The member's number, for the length of a block in which it is used: None when they may not be called any more.

    A trace is committed; the keeper looks at permit, receipt, member, holder and agreement once more and uses the permit up. Then
    the member is held until the block ends and looked at again, so that no "no" that has committed is followed by a ring.

    :raises vault.asking.KeeperAway: it cannot be reached.
    """
    number = _opened(call, now=clock())
    if number is None:
        yield None
        return
    with transaction.atomic():
        ordering.hold_some(city_id=call.city_id, member_ids=[call.member_id])
        row = _fit.one(city_id=call.city_id, member_id=call.member_id, at=call.at)
        yield number if row is not None and row.fit else None


def _opened(call: Taken, *, now: datetime) -> str | None:
    caller = org.caller(staff_id=call.staff_id)
    if caller is None or call.permit_id is None:
        return None
    by = Actor(
        staff_id=call.staff_id,
        role=Role(caller.role),
        alias=caller.alias,
        city_id=call.city_id,
        store_id=caller.store_id,
        team_id=caller.team_id,
        process="dialer",
    )
    trace = recording.record(
        by=by,
        action="gate.dial",
        purpose=PURPOSE,
        ground="claim",
        city_id=call.city_id,
        member_ids=[call.member_id],
        fields=["number"],
        permit_id=call.permit_id,
        now=now,
    )
    try:
        opened = asking.numbers([(trace, call.permit_id)])
    except asking.KeeperDenied:
        return None
    return opened.get(call.permit_id, {}).get("number")
