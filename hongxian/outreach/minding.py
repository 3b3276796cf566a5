"""
The worker's part in calls: a nine (按 9) becomes a "no", and a call that nobody ends is ended.

The member's nine is final like every "no". It is filed by the worker, within a second of the dialer's word, because the
dialer has no rights on members, pools and the list of noes; what is lost on the way is found again by `settle_left_over`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.consent import suppressing
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.sql import Command, Statement
from hongxian.members import records
from hongxian.outreach import calling, refusing
from hongxian.outreach.call_states import Call, seconds_between

if TYPE_CHECKING:
    from collections.abc import Sequence

TAKEN_WITHIN = timedelta(seconds=70)
SEEN_WITHIN = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class _Key:
    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class _Overdue:
    at: datetime
    id: int
    state: str
    seen_at: datetime


_lock = Statement("outreach", "lock_placed", Call)
_read = Statement("outreach", "read_placed", Call)
_nines = Statement("outreach", "nines_left", _Key)
_overdue = Statement("outreach", "calls_overdue", _Overdue)
_file_nine = Command("outreach", "file_nine")
_add_call = Command("outreach", "add_call")
_tally = Command("outreach", "tally")


def settle_nine(*, city_id: int, at: datetime, id: int, now: datetime) -> bool:  # noqa: A002 - a call's own number
    """
    Files the refusal that a nine is, with its outcome, in one transaction. May be repeated; True when it was filed now.

    The number's lock comes first, as for every "no": of two who settle the same call the second one finds it done.
    """
    by = Actor.system("nine", city_id=city_id)
    with transaction.atomic():
        call = _read.one(city_id=city_id, at=at, id=id)
        if call is None or call.nine_at is None:
            return False
        hashes = _hashes_of(city_id=city_id, member_id=call.member_id)
        suppressing.lock_numbers(hashes)
        call = _read.one(city_id=city_id, at=at, id=id)
        if call is None or call.refused_at is not None:
            return False
        if hashes:
            origin = suppressing.fresh_origin(by)
            refusing.refuse_number(by=by, number_hashes=hashes, origin=origin, reason="refused", now=now)
        call = _lock.one(city_id=city_id, at=at, id=id)
        if call is None or call.refused_at is not None:
            return False
        _file_nine.run(city_id=city_id, at=at, id=id, now=now)
        if call.filed_at is None:
            _file_outcome(city_id=city_id, call=call, known=bool(hashes), now=now)
    return True


def _hashes_of(*, city_id: int, member_id: int) -> Sequence[bytes]:
    """None are left of somebody who was erased meanwhile."""
    known = records.hashes_of(city_id=city_id, member_id=member_id)
    return [bytes(each) for each in known.number_hashes] if known else []


def _file_outcome(*, city_id: int, call: Call, known: bool, now: datetime) -> None:
    _add_call.run(
        city_id=city_id,
        now=now,
        member_id=call.member_id,
        staff_id=call.staff_id,
        team_id=call.team_id,
        store_id=call.store_id,
        outcome="refused",
        seconds=seconds_between(call.talking_at, call.ended_at or call.nine_at),
        permit_id=call.permit_id,
        filed="nine",
        request_key=call.request_key,
    )
    _tally.run(
        city_id=city_id,
        staff_id=call.staff_id,
        store_id=call.store_id,
        team_id=call.team_id,
        hour=hour_of(now),
        day=start_of(day_of(now)),
        connects=1,
        no_answers=0,
        interested=0,
        visits=0,
        refusals=1,
    )
    if known:
        records.note_contact(city_id=city_id, member_id=call.member_id, intends=False, now=now)


def settle_left_over(*, city_id: int, now: datetime) -> int:
    """Nines of a city that nobody has settled; how many."""
    return sum(settle_nine(city_id=city_id, at=each.at, id=each.id, now=now) for each in _nines.all(city_id=city_id))


def end_overdue(*, city_id: int, now: datetime) -> int:
    """
    Ends calls of a city that nobody took up in time, and those whose dialer has fallen silent: as of when it was last
    seen, so that no talk is counted that nobody knows of. Their lines are free again. How many.
    """
    ended = 0
    for call in _overdue.all(city_id=city_id, asked_before=now - TAKEN_WITHIN, seen_before=now - SEEN_WITHIN):
        cause, moment = ("too_late", now) if call.state == "asked" else ("dialer_died", call.seen_at)
        ended += calling.note(city_id=city_id, at=call.at, id=call.id, state="ended", cause=cause, now=moment)
    return ended
