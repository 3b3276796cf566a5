"""
A person's request (权利请求), from its first word to its answer: fifteen working days, which nobody can lengthen.

The day on which it is due is fixed when it is made; no process that serves may alter it. A refusal must give its reason and
where to complain; the table refuses any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.actor import COMPANY
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.kernel.workdays import add_workdays
from hongxian.org import rules
from hongxian.rights.kinds import UNANSWERED, Kind, RefusalReason, Route, What
from hongxian.vault import words

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

WORKDAYS, REMIND_BEFORE = 15, 3
PURPOSE, FIELD, GROUND = "rights.request", "request_text", "request"


class EmptyWords(Refusal):
    """An answer, a note or a request without a word in it."""

    code = "rights.empty_words"
    message = _("请写下内容。")
    status = 422


class UnknownChoice(Refusal):
    """A kind, a reason or a route that is not on the list."""

    code = "rights.unknown_choice"
    message = _("请从列表中选择。")
    status = 422


class AlreadyAnswered(Refusal):
    """The request has its answer; nothing was added."""

    code = "rights.already_answered"
    message = _("这项请求已经答复过了。")


@dataclass(frozen=True, slots=True)
class Opened:
    """A new request's number and the last day for its answer."""

    city_id: int
    request_id: int
    due_on: date


@dataclass(frozen=True, slots=True)
class Clock:
    """When a request that is made today is due, and when somebody is reminded."""

    due_on: date
    remind_on: date


@dataclass(frozen=True, slots=True)
class _Made:
    request_id: int


@dataclass(frozen=True, slots=True)
class _Locked:
    request_id: int
    member_id: int | None
    number_hash: bytes | None
    kind: str
    state: str
    opened_at: datetime
    due_on: date


_open = Statement("rights", "open_request", _Made)
_lock = Statement("rights", "lock_request", _Locked)
_take = Command("rights", "take_request")
_note = Command("rights", "add_event")
_end = Command("rights", "end_request")


def clock_of(now: datetime) -> Clock:
    """The clock of a request that is made at this moment."""
    also = rules.calendar(now=now)
    due_on = add_workdays(day_of(now), WORKDAYS, also)
    return Clock(due_on=due_on, remind_on=add_workdays(due_on, -REMIND_BEFORE, also))


def open_request(
    *, by: Actor, city_id: int, member_id: int | None, number_hash: bytes | None, kind: str, text: str, now: datetime
) -> Opened:
    """
    A request of a member, or of whoever has this number and no record (`member_id` None; it then lies in city 0).

    Staff may write down one that came by letter or telephone; the person does it in the portal.

    :raises UnknownChoice: no such kind.
    :raises EmptyWords: nothing said.
    :raises NotAllowed: neither the person nor the privacy office.
    """
    if by.role != Role.MEMBER:
        by.require(Permission.RIGHTS_REQUEST_HANDLE)
    if kind not in Kind.values:
        raise UnknownChoice
    check_words(text)
    city_id = COMPANY if member_id is None else city_id
    subject, clock = words.subject_of(member_id=member_id, number_hash=number_hash), clock_of(now)
    with transaction.atomic():
        made = _open.one(
            city_id=city_id,
            member_id=member_id,
            number_hash=None if member_id is not None else number_hash,
            kind=kind,
            due_on=clock.due_on,
            remind_on=clock.remind_on,
            now=now,
            words_id=words.add(by=by, city_id=city_id, subject=subject, field=FIELD, text=text, now=now),
            **event(by, "request", What.OPENED),
        )
        if made is None:  # INSERT … RETURNING gives a row or raises
            raise RuntimeError
        _record(by=by, action="rights.open", city_id=city_id, subject=subject, now=now)
    return Opened(city_id=city_id, request_id=made.request_id, due_on=clock.due_on)


def take(*, by: Actor, city_id: int, request_id: int, now: datetime) -> None:
    """
    Begins to work on a request; the person sees it. Who comes second changes nothing.

    :raises NotFound: no such request, or it is being worked on already.
    """
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    if not _take.run(city_id=city_id, thing_id=request_id, now=now, words_id=None, **event(by, "request", What.TAKEN)):
        raise NotFound


def note(*, by: Actor, city_id: int, request_id: int, text: str, now: datetime) -> None:
    """
    Tells the person how it is going; they read it in the portal.

    :raises NotFound: no such request.
    :raises AlreadyAnswered: it has its answer.
    :raises EmptyWords: nothing said.
    """
    check_words(text)
    with transaction.atomic():
        subject = _unanswered(by=by, city_id=city_id, request_id=request_id)
        words_id = words.add(by=by, city_id=city_id, subject=subject, field=FIELD, text=text, now=now)
        _note.run(city_id=city_id, thing_id=request_id, now=now, words_id=words_id, **event(by, "request", What.NOTED))
        _record(by=by, action="rights.note", city_id=city_id, subject=subject, now=now)


def answer(*, by: Actor, city_id: int, request_id: int, text: str, now: datetime) -> None:
    """
    Answers a request and ends it.

    :raises NotFound: no such request.
    :raises AlreadyAnswered: it has its answer.
    :raises EmptyWords: nothing said.
    """
    _finish(by=by, city_id=city_id, request_id=request_id, text=text, what=What.ANSWERED, now=now)


def refuse(*, by: Actor, city_id: int, request_id: int, reason: str, route: str, text: str, now: datetime) -> None:
    """
    Refuses a request, with its reason, where to complain, and words to the person.

    :raises UnknownChoice: no such reason or route.
    :raises NotFound: no such request.
    :raises AlreadyAnswered: it has its answer.
    :raises EmptyWords: nothing said.
    """
    if reason not in RefusalReason.values or route not in Route.values:
        raise UnknownChoice
    _finish(by=by, city_id=city_id, request_id=request_id, text=text, what=What.REFUSED, now=now, reason=reason, route=route)


def _finish(
    *, by: Actor, city_id: int, request_id: int, text: str, what: What, now: datetime, reason: str = "", route: str = ""
) -> None:
    check_words(text)
    with transaction.atomic():
        subject = _unanswered(by=by, city_id=city_id, request_id=request_id)
        _end.run(
            city_id=city_id,
            thing_id=request_id,
            state="refused" if what == What.REFUSED else "done",
            refusal_reason=reason,
            complaint_route=route,
            now=now,
            words_id=words.add(by=by, city_id=city_id, subject=subject, field=FIELD, text=text, now=now),
            **event(by, "request", what),
        )
        _record(by=by, action=f"rights.{what.value}", city_id=city_id, subject=subject, now=now, reason=reason)


def _unanswered(*, by: Actor, city_id: int, request_id: int) -> int:
    """Takes the request's row, which settles who is first, and gives the person's number."""
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    known = _lock.one(city_id=city_id, thing_id=request_id)
    if known is None:
        raise NotFound
    if known.state not in UNANSWERED:
        raise AlreadyAnswered
    return words.subject_of(member_id=known.member_id, number_hash=known.number_hash)


def check_words(text: str) -> None:
    """:raises EmptyWords: nothing but blanks."""
    if not text.strip():
        raise EmptyWords


def event(by: Actor, thing: str, what: What) -> dict[str, object]:
    """What a line of a history says about who did it."""
    who = {Role.MEMBER: "person", Role.SYSTEM: "system"}.get(by.role, "staff")
    return {"thing": thing, "who": who, "staff_id": by.staff_id or None, "what": what.value}


def _record(*, by: Actor, action: str, city_id: int, subject: int, now: datetime, reason: str = "") -> None:
    recording.record(
        by=by,
        action=action,
        purpose=PURPOSE,
        ground=GROUND if by.role != Role.MEMBER else "self",
        city_id=city_id,
        member_ids=[subject],
        reason=reason,
        now=now,
    )
