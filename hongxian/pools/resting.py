"""What a holder's calls do to a holding: contact keeps it, no-answers begin a rest (休息期) that holds for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.audit import recording
from hongxian.kernel.clock import day_of, slot_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.org import rules
from hongxian.pools import hinting, moving

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

# A holding outlives the time that was agreed with the member by a day.
AFTER_APPOINTMENT = timedelta(days=1)
BATCH = 1000


@dataclass(frozen=True, slots=True)
class _Silent:
    silent: int


@dataclass(frozen=True, slots=True)
class _Kept:
    held_until: datetime


@dataclass(frozen=True, slots=True)
class _Moved:
    member_id: int


@dataclass(frozen=True, slots=True)
class _Due:
    member_id: int
    pool_id: int


_silence = Statement("pools", "note_silence", _Silent)
_contact = Statement("pools", "note_contact", _Kept)
_rest = Statement("pools", "rest", _Moved)
_due = Statement("pools", "rests_due", _Due)
_end = Statement("pools", "end_rests", _Moved)


def note_no_answer(*, by: Actor, city_id: int, member_id: int, now: datetime) -> bool:
    """
    Notes that nobody answered the holder. As many in different parts of a day, or on other days, as the rule has begin a rest.

    True when the rest began; then the holding has ended. Outside calling hours nothing is counted.

    :raises NotFound: not held by this person.
    """
    by.require(Permission.POOLS_HOLDING_WORK)
    part = slot_of(now)
    mark = None if part is None else day_of(now).toordinal() * 4 + part
    with transaction.atomic():
        _lock_mine(by=by, city_id=city_id, member_id=member_id)
        noted = _silence.one(city_id=city_id, member_id=member_id, staff_id=by.staff_id, mark=mark, now=now)
        if noted is None:
            raise NotFound
        lasts = rules.claims(city_id=city_id, now=now)
        if noted.silent < lasts.silences:
            return False
        rest(by=by, city_id=city_id, member_id=member_id, reason="no_answer", until=now + lasts.rests_for, now=now)
    return True


def note_contact(
    *, by: Actor, city_id: int, member_id: int, outcome: str, call_back_at: datetime | None, now: datetime
) -> datetime:
    """
    Notes what came of a contact; the holding lasts as long again as the rule has, or a day beyond what was agreed. Gives until when.

    :raises NotFound: not held by this person.
    """
    by.require(Permission.POOLS_HOLDING_WORK)
    held_until = now + rules.claims(city_id=city_id, now=now).held_for
    if call_back_at is not None:
        held_until = max(held_until, call_back_at + AFTER_APPOINTMENT)
    with transaction.atomic():
        _lock_mine(by=by, city_id=city_id, member_id=member_id)
        kept = _contact.one(
            city_id=city_id,
            member_id=member_id,
            staff_id=by.staff_id,
            outcome=outcome,
            call_back_at=call_back_at,
            held_until=held_until,
            now=now,
        )
        if kept is None:
            raise NotFound
    return kept.held_until


def rest(*, by: Actor, city_id: int, member_id: int, reason: str, until: datetime, now: datetime) -> None:
    """
    Ends the acting holder's holding; nobody may claim the member until then.

    :raises NotFound: not held by this person.
    """
    by.require(Permission.POOLS_HOLDING_WORK)
    with transaction.atomic():
        _lock_mine(by=by, city_id=city_id, member_id=member_id)
        moved = _rest.one(
            city_id=city_id,
            member_id=member_id,
            holder_id=by.staff_id,
            staff_id=by.staff_id,
            until=until,
            waits_until=now + rules.claims(city_id=city_id, now=now).waits_for,
            reason=reason,
            move="rested",
            now=now,
            day=day_of(now),
            **recording.trace_parameters(by=by, action="pools.rest", purpose="outreach.call", ground="claim"),
        )
        if moved is None:
            raise NotFound


def end_rests(*, by: Actor, city_id: int, now: datetime) -> int:
    """The worker's round: whose rest is over goes back into the pool, unless they may not be contacted. Gives how many ended."""
    moving.require_system(by)
    ended = 0
    while True:
        with transaction.atomic():
            due = _due.all(city_id=city_id, now=now, size=BATCH)
            if not due:
                return ended
            hinting.hold(pool_ids=[each.pool_id for each in due])
            _end.all(
                city_id=city_id,
                member_ids=[each.member_id for each in due],
                now=now,
                day=day_of(now),
                staff_id=by.staff_id,
                **moving.facet_parameters(),
                **hinting.parameters(),
            )
        ended += len(due)


def _lock_mine(*, by: Actor, city_id: int, member_id: int) -> None:
    held = moving.lock(city_id=city_id, member_ids=[member_id])
    if not any(each.staff_id == by.staff_id for each in held):
        raise NotFound
