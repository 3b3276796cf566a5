"""Filing what came of a call (结果登记), and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.members import records
from hongxian.outreach import placed, refusing, tallying
from hongxian.outreach.call_states import seconds_between
from hongxian.pools import resting
from hongxian.safety import reporting
from hongxian.safety.kinds import Kind
from hongxian.vault import noting, permits

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

CONNECTED = frozenset({"call_back", "interested", "visit", "refused", "married", "fraud"})
FINAL = {"refused": "refused", "married": "married"}
OUTCOMES = frozenset({"no_answer", "busy", "invalid", *CONNECTED})
NEEDS_TIME = frozenset({"call_back", "visit"})
FARTHEST = timedelta(days=90)
# An invalid number may be given to somebody else one day; a suspicion rests until the fraud desk has decided.
# The member reads their own traces. Who reports somebody is protected, so an invalid number is not told either: a blank that
# only a report left would say it.
UNTOLD = frozenset({"fraud", "invalid"})
RESTS = {"invalid": timedelta(days=180), "fraud": timedelta(days=365)}


class BadOutcome(Refusal):
    """Nothing was filed; the message says what is missing."""

    code = "outreach.bad_outcome"
    status = 422


class StillOnTheLine(BadOutcome):
    """The call that this would be the outcome of is not over."""

    code = "outreach.still_on_the_line"
    message = _("通话还没有结束：请先挂断，再登记结果。拒绝联系和已婚可以马上登记。")
    status = 409


class RefusedByNine(Refusal):
    """The member has pressed 9 in this very call: a "no", which nothing that is filed afterwards outranks."""

    code = "outreach.refused_by_nine"
    message = _("会员在这通电话里按了 9，已经登记为拒绝联系，不能再登记别的结果。")
    status = 409


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing an outcome led to."""

    outcome: str
    ended: bool
    rest_began: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class _Known:
    outcome: str


_held = Statement("outreach", "lock_holding", _Known)
_known = Statement("outreach", "call_by_request", _Known)
_add_call = Command("outreach", "add_call")
_tally = Command("outreach", "tally")


def file_outcome(  # noqa: PLR0913 - a call has that many sides
    *,
    by: Actor,
    city_id: int,
    member_id: int,
    outcome: str,
    request_key: UUID,
    now: datetime,
    at: datetime | None,
    seconds: int | None,
    note: str,
) -> Filed:
    """
    Files one call by the holder. `request_key` makes a second press harmless; `at` is when to call back or come.

    Three times no answer in different parts of days start a rest; a refusal or a marriage ends everything for ever.
    After a call through the gateway its own duration and permit count, and its being over; a "no" never waits for that.

    :raises NotAllowed: the role may not file calls.
    :raises NotFound: this person does not hold the member.
    :raises StillOnTheLine: the call goes on.
    :raises RefusedByNine: the member has pressed 9 in it.
    :raises BadOutcome: no such outcome, or its time is missing, past or too far away.
    """
    by.require(Permission.OUTREACH_CALL_FILE)
    _check(outcome=outcome, at=at, seconds=seconds, note=note, now=now)
    with transaction.atomic():
        if outcome in FINAL:
            refusing.lock_before(city_id=city_id, member_id=member_id)
        held = _held.one(city_id=city_id, member_id=member_id, staff_id=by.staff_id)
        repeated = _known.one(city_id=city_id, member_id=member_id, request_key=request_key, now=now) is not None
        if repeated:
            return Filed(outcome=outcome, ended=held is None, rest_began=False, repeated=True)
        call = placed.newest(city_id=city_id, member_id=member_id, staff_id=by.staff_id, now=now)
        if call is not None and call.nine_at is not None and (held is None or call.refused_at is None):
            if outcome == "refused":
                return Filed(outcome=outcome, ended=True, rest_began=False, repeated=True)
            raise RefusedByNine
        if held is not None:
            if call is not None and not call.over and outcome not in FINAL:
                raise StillOnTheLine
            permit_id = None
            if call is not None and call.filed_at is None:
                seconds = seconds_between(call.talking_at, call.ended_at or now)
                permit_id = call.permit_id
                placed.mark_filed(city_id=city_id, member_id=member_id, staff_id=by.staff_id, now=now)
            _store(
                by=by,
                city_id=city_id,
                member_id=member_id,
                outcome=outcome,
                request_key=request_key,
                seconds=seconds,
                permit_id=permit_id,
                now=now,
            )
            if note.strip():
                noting.add_note(by=by, city_id=city_id, member_id=member_id, text=note.strip(), now=now)
            if outcome == "fraud":
                reporting.report_member(by=by, city_id=city_id, member_id=member_id, kind=Kind.OTHER, text=note, now=now)
            return _follow(by=by, city_id=city_id, member_id=member_id, outcome=outcome, at=at, now=now)
        _denied(by=by, city_id=city_id, member_id=member_id, action="outreach.file", now=now)
    raise NotFound


def add_note(*, by: Actor, city_id: int, member_id: int, note: str, now: datetime) -> None:
    """
    Adds a note to a member whom this person holds.

    :raises NotFound: this person does not hold the member.
    :raises BadOutcome: the note is empty or too long.
    """
    by.require(Permission.OUTREACH_CALL_FILE)
    if not note.strip():
        raise BadOutcome(_("备注是空的。"))
    _check_note(note)
    with transaction.atomic():
        held = _held.one(city_id=city_id, member_id=member_id, staff_id=by.staff_id)
        if held is not None:
            noting.add_note(by=by, city_id=city_id, member_id=member_id, text=note.strip(), now=now)
            recording.record(
                by=by,
                action="outreach.note",
                purpose="outreach.call",
                ground="claim",
                city_id=city_id,
                member_ids=[member_id],
                fields=["note"],
                now=now,
            )
            return
        _denied(by=by, city_id=city_id, member_id=member_id, action="outreach.note", now=now)
    raise NotFound


def _check(*, outcome: str, at: datetime | None, seconds: int | None, note: str, now: datetime) -> None:
    if outcome not in OUTCOMES:
        raise BadOutcome(_("请选择通话结果。"))
    if outcome in NEEDS_TIME:
        if at is None:
            raise BadOutcome(_("请填写约定的时间。"))
        if not now < at <= now + FARTHEST:
            raise BadOutcome(_("约定的时间要在将来 90 天之内。"))
    if seconds is not None and not 0 <= seconds <= 6 * 3600:
        raise BadOutcome(_("通话时长要在 0 到 6 小时之间。"))
    _check_note(note)


def _check_note(note: str) -> None:
    if len(note) > noting.LONGEST_NOTE:
        raise BadOutcome(_("备注最多 2000 字。"))


def _store(
    *,
    by: Actor,
    city_id: int,
    member_id: int,
    outcome: str,
    request_key: UUID,
    seconds: int | None,
    permit_id: int | None,
    now: datetime,
) -> None:
    _add_call.run(
        city_id=city_id,
        now=now,
        member_id=member_id,
        staff_id=by.staff_id,
        team_id=by.team_id,
        store_id=by.store_id,
        outcome=outcome,
        seconds=seconds,
        permit_id=permit_id or permits.latest_used(city_id=city_id, member_id=member_id, staff_id=by.staff_id, now=now),
        filed="hand",
        request_key=request_key,
    )
    _tally.run(
        city_id=city_id,
        staff_id=by.staff_id,
        store_id=by.store_id,
        team_id=by.team_id,
        hour=hour_of(now),
        day=start_of(day_of(now)),
        connects=int(outcome in CONNECTED),
        no_answers=int(outcome == "no_answer"),
        interested=int(outcome == "interested"),
        visits=int(outcome == "visit"),
        refusals=int(outcome in FINAL),
    )
    records.note_contact(city_id=city_id, member_id=member_id, intends=outcome in {"interested", "visit"}, now=now)
    recording.record(
        by=by,
        action="outreach.file",
        purpose="outreach.call",
        ground="claim",
        city_id=city_id,
        member_ids=[member_id],
        fields=["contact_history"],
        reason="" if outcome in UNTOLD else outcome,
        now=now,
    )


def _follow(*, by: Actor, city_id: int, member_id: int, outcome: str, at: datetime | None, now: datetime) -> Filed:
    rest_began = ended = False
    if outcome in FINAL:
        refusing.refuse(by=by, city_id=city_id, member_id=member_id, reason=FINAL[outcome], now=now)
        ended = True
    elif outcome == "no_answer":
        rest_began = ended = resting.note_no_answer(by=by, city_id=city_id, member_id=member_id, now=now)
        if rest_began:
            tallying.rest(city_id=city_id, staff_id=by.staff_id, now=now)
    elif outcome in RESTS:
        resting.rest(by=by, city_id=city_id, member_id=member_id, reason=outcome, until=now + RESTS[outcome], now=now)
        rest_began = ended = True
    else:
        resting.note_contact(
            by=by,
            city_id=city_id,
            member_id=member_id,
            outcome=outcome,
            call_back_at=at if outcome in NEEDS_TIME else None,
            now=now,
        )
    return Filed(outcome=outcome, ended=ended, rest_began=rest_began, repeated=False)


def _denied(*, by: Actor, city_id: int, member_id: int, action: str, now: datetime) -> None:
    recording.record(
        by=by,
        action=action,
        purpose="outreach.call",
        city_id=city_id,
        member_ids=[member_id],
        reason="no_ground",
        denied=True,
        now=now,
    )
