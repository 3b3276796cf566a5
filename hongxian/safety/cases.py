"""
The fraud desk's cases (案件): the queue, who looks at what, notes, and a result. Nothing here says who reported.

Whoever takes a case gets a ground of the kind `case` on the member it is about, and may read its words; both end with the case.
A case about somebody of the fraud desk is not there for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.safety.kinds import CLOSED, LOOKING, OPEN, Result
from hongxian.safety.reporting import FIELD, LONGEST, PURPOSE, READS_FOR
from hongxian.vault import asking, grounds, words

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

GROUND = "case"
MOST, MOST_REPORTS = 200, 50


class CannotHandle(Refusal):
    """Nothing has changed."""


class TakenAlready(CannotHandle):
    """Somebody is looking at it, or it is closed."""

    code = "safety.taken_already"
    message = _("此案已有人受理或已结案。")


class NotYours(CannotHandle):
    """Only who has taken a case notes, lets go and closes."""

    code = "safety.not_yours"
    message = _("请先受理此案；别人受理的案件不能操作。")


class NeedsWords(CannotHandle):
    """An empty note, one that is too long, or no result."""

    code = "safety.needs_words"
    message = _("请写下内容（最多 2000 字），结案要选择结论。")
    status = 422


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the queue; whom it is about stands on its page."""

    city_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    case_id: Annotated[int, PLAIN]
    about: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    opened_at: Annotated[datetime, PLAIN]
    reports: Annotated[int, PLAIN]
    taker: Annotated[str, PLAIN]
    taken_by: Annotated[int | None, PLAIN]
    closed_at: Annotated[datetime | None, PLAIN]
    result: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case with whom it is about."""

    city_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    case_id: Annotated[int, PLAIN]
    about: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    opened_at: Annotated[datetime, PLAIN]
    reports: Annotated[int, PLAIN]
    taker: Annotated[str, PLAIN]
    taken_by: Annotated[int | None, PLAIN]
    closed_at: Annotated[datetime | None, PLAIN]
    result: Annotated[str, PLAIN]
    member_id: Annotated[int | None, Label("resource_no")]
    staff_id: Annotated[int | None, PLAIN]
    accused_alias: Annotated[str, PLAIN]
    accused_store: Annotated[str, PLAIN]
    subject: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class EventLine:
    """What was done about a case."""

    at: Annotated[datetime, PLAIN]
    alias: Annotated[str, PLAIN]
    what: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as its page shows it; words only to whom has taken it."""

    case: Annotated[CaseRow, PLAIN]
    events: Annotated[list[EventLine], PLAIN]
    said: Annotated[list[str], Label("report_text")]
    noted: Annotated[list[str], Label("report_text")]
    mine: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class _Locked:
    case_id: int
    state: str
    member_id: int | None
    staff_id: int | None
    taken_by: int | None
    subject: int


@dataclass(frozen=True, slots=True)
class _Subject:
    subject: int


@dataclass(frozen=True, slots=True)
class _Taken:
    case_id: int


_queue = Statement("safety", "queue", CaseLine)
_case = Statement("safety", "case", CaseRow)
_lock = Statement("safety", "lock_case", _Locked)
_subjects = Statement("safety", "subjects", _Subject)
_events = Statement("safety", "events", EventLine)
_event = Command("safety", "add_event")
_take = Command("safety", "take_case")
_let_go = Command("safety", "let_go_case")
_close = Command("safety", "close_case")
_taken = Statement("safety", "cases_taken_by", _Taken)


def queue(*, by: Actor, closed: bool = False) -> list[CaseLine]:
    """
    The cases of the whole company that wait or are looked at, or those that are closed.

    :raises NotAllowed: not of the fraud desk.
    """
    by.require(Permission.SAFETY_CASE_HANDLE)
    return _queue.all(staff_id=by.staff_id, closed=closed, most=MOST)


def page(*, by: Actor, city_id: int, case_id: int, now: datetime) -> CasePage:
    """
    One case. A look at a member's number is traced as such, each opening of words under the number that is nobody's.

    :raises NotAllowed: not of the fraud desk.
    :raises NotFound: no such case for this person.
    :raises vault.asking.KeeperAway: the words cannot be opened now.
    """
    by.require(Permission.SAFETY_CASE_HANDLE)
    case = _case.one(city_id=city_id, case_id=case_id, by_staff_id=by.staff_id)
    if case is None:
        raise NotFound
    if case.member_id is not None:
        recording.record(
            by=by,
            action="safety.view",
            purpose=PURPOSE,
            ground=GROUND,
            city_id=city_id,
            member_ids=[case.member_id],
            fields=["resource_no"],
            now=now,
        )
    mine = case.state == LOOKING and case.taken_by == by.staff_id
    said: list[str] = []
    noted: list[str] = []
    if mine:
        for row in _subjects.all(city_id=city_id, case_id=case_id, most=MOST_REPORTS):
            said += _read(by=by, city_id=city_id, subject=row.subject, now=now)
        noted = _read(by=by, city_id=city_id, subject=case.subject, now=now)
    return CasePage(case=case, events=_events.all(city_id=city_id, case_id=case_id), said=said, noted=noted, mine=mine)


def take(*, by: Actor, city_id: int, case_id: int, now: datetime) -> None:
    """
    受理: the acting person looks at this case from now on, and may read its words.

    :raises NotFound: no such case for this person.
    :raises TakenAlready: somebody else was quicker.
    """
    with transaction.atomic():
        locked = _locked(by=by, city_id=city_id, case_id=case_id)
        if locked.state != OPEN:
            raise TakenAlready
        _take.run(city_id=city_id, case_id=case_id, staff_id=by.staff_id, now=now)
        _give(by=by, city_id=city_id, locked=locked, now=now)
        _note(by=by, city_id=city_id, case_id=case_id, what="taken", now=now)


def note(*, by: Actor, city_id: int, case_id: int, text: str, now: datetime) -> None:
    """
    Adds a sealed note.

    :raises NotFound: no such case for this person.
    :raises NotYours: not taken by this person.
    :raises NeedsWords: empty or too long.
    """
    with transaction.atomic():
        locked = _mine(by=by, city_id=city_id, case_id=case_id)
        if not 0 < len(text.strip()) <= LONGEST:
            raise NeedsWords
        words.put(city_id=city_id, subject=locked.subject, field=FIELD, text=text, now=now)
        _note(by=by, city_id=city_id, case_id=case_id, what="noted", now=now)


def let_go(*, by: Actor, city_id: int, case_id: int, now: datetime) -> None:
    """
    Gives a case back to the queue.

    :raises NotFound: no such case for this person.
    :raises NotYours: not taken by this person.
    """
    with transaction.atomic():
        locked = _mine(by=by, city_id=city_id, case_id=case_id)
        _let_go.run(city_id=city_id, case_id=case_id)
        _take_away(staff_id=by.staff_id, city_id=city_id, locked=locked)
        _note(by=by, city_id=city_id, case_id=case_id, what="let_go", now=now)


def close(*, by: Actor, city_id: int, case_id: int, result: str, text: str, now: datetime) -> None:
    """
    结案: with a result, and words if there are any. Afterwards nobody reads what was reported.

    :raises NotFound: no such case for this person.
    :raises NotYours: not taken by this person.
    :raises NeedsWords: no result of the list, or too many words.
    """
    with transaction.atomic():
        locked = _mine(by=by, city_id=city_id, case_id=case_id)
        if result not in Result.values or len(text.strip()) > LONGEST:
            raise NeedsWords
        if text.strip():
            words.put(city_id=city_id, subject=locked.subject, field=FIELD, text=text, now=now)
        _close.run(city_id=city_id, case_id=case_id, staff_id=by.staff_id, result=result, now=now)
        _take_away(staff_id=by.staff_id, city_id=city_id, locked=locked)
        _note(by=by, city_id=city_id, case_id=case_id, what=CLOSED, now=now)


def let_go_all(*, by: Actor, city_id: int, staff_id: int, now: datetime) -> int:
    """What somebody who leaves or moves was looking at goes back to the queue; their grounds are removed by the caller. How many."""
    taken = _taken.all(city_id=city_id, staff_id=staff_id)
    for row in taken:
        _let_go.run(city_id=city_id, case_id=row.case_id)
        _note(by=by, city_id=city_id, case_id=row.case_id, what="let_go", now=now)
    return len(taken)


def _locked(*, by: Actor, city_id: int, case_id: int) -> _Locked:
    by.require(Permission.SAFETY_CASE_HANDLE)
    locked = _lock.one(city_id=city_id, case_id=case_id)
    if locked is None or locked.staff_id == by.staff_id:
        raise NotFound
    return locked


def _mine(*, by: Actor, city_id: int, case_id: int) -> _Locked:
    locked = _locked(by=by, city_id=city_id, case_id=case_id)
    if locked.state != LOOKING or locked.taken_by != by.staff_id:
        raise NotYours
    return locked


def _give(*, by: Actor, city_id: int, locked: _Locked, now: datetime) -> None:
    until: datetime = now + READS_FOR
    if locked.member_id is not None:
        grounds.give(city_id=city_id, member_id=locked.member_id, staff_id=by.staff_id, kind=GROUND, until=until)
    grounds.let_read(city_id=city_id, subjects=_all_subjects(city_id, locked), staff_id=by.staff_id, until=until)


def _take_away(*, staff_id: int, city_id: int, locked: _Locked) -> None:
    if locked.member_id is not None:
        grounds.end(city_id=city_id, member_id=locked.member_id, staff_id=staff_id, kind=GROUND)
    grounds.stop_reading(city_id=city_id, subjects=_all_subjects(city_id, locked), staff_id=staff_id)


def _all_subjects(city_id: int, locked: _Locked) -> list[int]:
    every = 1_000_000
    return [locked.subject, *(row.subject for row in _subjects.all(city_id=city_id, case_id=locked.case_id, most=every))]


def _read(*, by: Actor, city_id: int, subject: int, now: datetime) -> list[str]:
    trace = recording.record(
        by=by,
        action="safety.read",
        purpose=PURPOSE,
        ground=GROUND,
        city_id=city_id,
        member_ids=[subject],
        fields=[FIELD],
        now=now,
    )
    return [text for _envelope_id, text in sorted(asking.read_words(trace).items())]


def _note(*, by: Actor, city_id: int, case_id: int, what: str, now: datetime) -> None:
    _event.run(city_id=city_id, case_id=case_id, staff_id=by.staff_id, what=what, now=now)
