"""What the privacy office sees of requests and complaints. Lists name no person; a page that does leaves a trace first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.kernel.workdays import workdays_between
from hongxian.org import rules
from hongxian.rights import complaining, requesting
from hongxian.rights.complaining import ESCALATES_AFTER_DAYS
from hongxian.rights.kinds import UNANSWERED
from hongxian.vault import asking, words

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

MOST = 500
LATELY = 100


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request in the queue: its number and clock, not whose it is."""

    city_id: Annotated[int, PLAIN]
    request_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    known: Annotated[bool, PLAIN]
    kind: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    opened_at: Annotated[datetime, PLAIN]
    due_on: Annotated[date, PLAIN]
    reminded: Annotated[bool, PLAIN]
    escalated: Annotated[bool, PLAIN]
    handler: Annotated[str, PLAIN]
    answered_at: Annotated[datetime | None, PLAIN]

    @property
    def waiting(self) -> bool:
        """Whether it has no answer yet."""
        return self.state in UNANSWERED

    def left(self, today: date) -> int:
        """Working days left; below zero when it is late."""
        return workdays_between(today, self.due_on, rules.calendar(now=start_of(today)))


@dataclass(frozen=True, slots=True)
class _RequestRow:
    city_id: int
    request_id: int
    city_code: str
    member_id: int | None
    number_hash: bytes | None
    kind: str
    state: str
    opened_at: datetime
    due_on: date
    reminded: bool
    escalated: bool
    handler: str
    answered_at: datetime | None
    refusal_reason: str
    complaint_route: str


@dataclass(frozen=True, slots=True)
class _EventRow:
    event_id: int
    at: datetime
    who: str
    alias: str
    role: str
    what: str
    words_id: int | None


@dataclass(frozen=True, slots=True)
class RequestEvent:
    """One line of a request's history, with its words where there are any."""

    at: Annotated[datetime, PLAIN]
    who: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    what: Annotated[str, PLAIN]
    text: Annotated[str, Label("request_text")]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with everything that was said."""

    city_id: Annotated[int, PLAIN]
    request_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    member_id: Annotated[int | None, Label("resource_no")]
    kind: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    opened_at: Annotated[datetime, PLAIN]
    due_on: Annotated[date, PLAIN]
    left: Annotated[int, PLAIN]
    escalated: Annotated[bool, PLAIN]
    handler: Annotated[str, PLAIN]
    answered_at: Annotated[datetime | None, PLAIN]
    refusal_reason: Annotated[str, PLAIN]
    complaint_route: Annotated[str, PLAIN]
    events: Annotated[list[RequestEvent], PLAIN]

    @property
    def waiting(self) -> bool:
        """Whether it has no answer yet."""
        return self.state in UNANSWERED


@dataclass(frozen=True, slots=True)
class ComplaintLine:
    """A complaint in a list: its number, clock and store, not whose it is."""

    city_id: Annotated[int, PLAIN]
    complaint_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    about: Annotated[str, PLAIN]
    store_id: Annotated[int | None, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]
    staff_alias: Annotated[str, PLAIN]
    opened_at: Annotated[datetime, PLAIN]
    reopened_at: Annotated[datetime | None, PLAIN]
    open: Annotated[bool, PLAIN]
    closed_at: Annotated[datetime | None, PLAIN]
    escalated: Annotated[bool, PLAIN]

    @property
    def escalates_on(self) -> date:
        """The day on which headquarters hears of it."""
        return day_of(self.reopened_at or self.opened_at) + timedelta(days=ESCALATES_AFTER_DAYS)


@dataclass(frozen=True, slots=True)
class _ComplaintRow:
    city_id: int
    complaint_id: int
    city_code: str
    member_id: int | None
    number_hash: bytes | None
    about: str
    store_id: int | None
    store_name: str
    store_name_en: str
    staff_alias: str
    opened_at: datetime
    reopened_at: datetime | None
    open: bool
    closed_at: datetime | None
    escalated: bool


@dataclass(frozen=True, slots=True)
class ComplaintEvent:
    """One line of a complaint's history, with its words where there are any."""

    at: Annotated[datetime, PLAIN]
    who: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    what: Annotated[str, PLAIN]
    text: Annotated[str, Label("complaint_text")]


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """One complaint with everything that was said; a store is not told whose it is."""

    line: Annotated[ComplaintLine, PLAIN]
    member_id: Annotated[int | None, Label("resource_no")]
    events: Annotated[list[ComplaintEvent], PLAIN]


_queue = Statement("rights", "queue", RequestLine)
_answered = Statement("rights", "answered", RequestLine)
_request = Statement("rights", "request", _RequestRow)
_history = Statement("rights", "history", _EventRow)
_complaints = Statement("rights", "complaints", ComplaintLine)
_of_store = Statement("rights", "complaints_of_store", ComplaintLine)
_complaint = Statement("rights", "complaint", _ComplaintRow)


def waiting(*, by: Actor) -> list[RequestLine]:
    """Every request without an answer, the one due first at the top."""
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    return _queue.all(most=MOST)


def answered(*, by: Actor) -> list[RequestLine]:
    """The hundred that were answered last."""
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    return _answered.all(most=LATELY)


def request_page(*, by: Actor, city_id: int, request_id: int, now: datetime) -> RequestPage:
    """
    One request; its words come from the keeper, against a trace that the person sees.

    :raises NotFound: no such request.
    :raises consent.assessing.PurposeStopped: the purpose has no assessment that counts.
    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    """
    by.require(Permission.RIGHTS_REQUEST_HANDLE)
    row = _request.one(city_id=city_id, thing_id=request_id)
    if row is None:
        raise NotFound
    texts = _read(
        by=by,
        action="rights.read",
        purpose=requesting.PURPOSE,
        ground=requesting.GROUND,
        field=requesting.FIELD,
        city_id=city_id,
        subject=words.subject_of(member_id=row.member_id, number_hash=row.number_hash),
        now=now,
    )
    events = _history.all(city_id=city_id, thing="request", thing_id=request_id)
    return RequestPage(
        city_id=row.city_id,
        request_id=row.request_id,
        city_code=row.city_code,
        member_id=row.member_id,
        kind=row.kind,
        state=row.state,
        opened_at=row.opened_at,
        due_on=row.due_on,
        left=workdays_between(day_of(now), row.due_on, rules.calendar(now=now)),
        escalated=row.escalated,
        handler=row.handler,
        answered_at=row.answered_at,
        refusal_reason=row.refusal_reason,
        complaint_route=row.complaint_route,
        events=[RequestEvent(each.at, each.who, each.alias, each.role, each.what, _text(texts, each)) for each in events],
    )


def complaints(*, by: Actor, open_only: bool = False) -> list[ComplaintLine]:
    """
    Complaints, the open ones first: of the whole company for the privacy office, about the own store for its manager.

    :raises NotAllowed: neither.
    """
    by.require(Permission.RIGHTS_COMPLAINT_COMMENT)
    if by.role != Role.STORE_MANAGER:
        return _complaints.all(open_only=open_only, most=MOST)
    own = {"store_id": by.store_id, "most": MOST}
    found = [*_of_store.all(city_id=by.city_id, **own), *_of_store.all(city_id=0, **own)]  # 0: of persons without a record
    return sorted(found, key=lambda each: (not each.open, each.reopened_at or each.opened_at))


def complaint_page(*, by: Actor, city_id: int, complaint_id: int, now: datetime) -> ComplaintPage:
    """
    One complaint; its words come from the keeper, against a trace that the person sees.

    :raises NotFound: no such complaint, or it is not about the acting manager's store.
    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    """
    by.require(Permission.RIGHTS_COMPLAINT_COMMENT)
    of_store = by.role == Role.STORE_MANAGER
    row = _complaint.one(city_id=city_id, thing_id=complaint_id, store_id=(by.store_id or 0) if of_store else None)
    if row is None:
        raise NotFound
    texts = _read(
        by=by,
        action="complaint.read",
        purpose=complaining.purpose_of(by),
        ground="complaint" if of_store else "request",
        field=complaining.FIELD,
        city_id=city_id,
        subject=words.subject_of(member_id=row.member_id, number_hash=row.number_hash),
        now=now,
    )
    events = _history.all(city_id=city_id, thing="complaint", thing_id=complaint_id)
    line = ComplaintLine(
        city_id=row.city_id,
        complaint_id=row.complaint_id,
        city_code=row.city_code,
        about=row.about,
        store_id=row.store_id,
        store_name=row.store_name,
        store_name_en=row.store_name_en,
        staff_alias=row.staff_alias,
        opened_at=row.opened_at,
        reopened_at=row.reopened_at,
        open=row.open,
        closed_at=row.closed_at,
        escalated=row.escalated,
    )
    return ComplaintPage(
        line=line,
        member_id=None if of_store else row.member_id,
        events=[ComplaintEvent(each.at, each.who, each.alias, each.role, each.what, _text(texts, each)) for each in events],
    )


def _read(
    *, by: Actor, action: str, purpose: str, ground: str, field: str, city_id: int, subject: int, now: datetime
) -> dict[int, str]:
    assessing.within(by=by, action=action, purpose=purpose, fields=[field], now=now)
    trace = recording.record(
        by=by, action=action, purpose=purpose, ground=ground, city_id=city_id, member_ids=[subject], fields=[field], now=now
    )
    return asking.read_words(trace)


def _text(texts: dict[int, str], event: _EventRow) -> str:
    """Empty where nothing was said, and where the person has been erased since."""
    return texts.get(event.words_id, "") if event.words_id is not None else ""
