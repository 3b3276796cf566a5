"""
What the visitor asks of the company (申请与投诉): requests with their clocks, complaints, and what is told after an incident.

Everything goes through windows on the one person: words are sealed before they are written, and come back from the keeper
alone, against a trace that the person sees among the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.actor import COMPANY
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.kernel.workdays import workdays_between
from hongxian.org import rules
from hongxian.portal import own, stopping, tracing
from hongxian.rights import complaining, kinds, requesting
from hongxian.rights.complaining import ESCALATES_AFTER_DAYS, LONGEST_ALIAS
from hongxian.rights.queries import RequestEvent
from hongxian.vault import asking, words

if TYPE_CHECKING:
    from hongxian.portal.door import Visit

MOST_A_DAY = 20


class TooMany(Refusal):
    """More in a day than anybody has to ask."""

    code = "portal.too_many_requests"
    message = _("今天已经提出很多次了，请明天再来；已提出的都会得到答复。")
    status = 429


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its clock."""

    city_id: Annotated[int, PLAIN]
    number: Annotated[int, PLAIN]
    kind: Annotated[str, Label("request")]
    state: Annotated[str, Label("request")]
    opened_at: Annotated[datetime, Label("request")]
    due_on: Annotated[date, PLAIN]
    escalated: Annotated[bool, PLAIN]
    answered_at: Annotated[datetime | None, PLAIN]
    refusal_reason: Annotated[str, Label("request")]
    complaint_route: Annotated[str, PLAIN]

    @property
    def waiting(self) -> bool:
        """Whether it has no answer yet."""
        return self.state in kinds.UNANSWERED

    def left(self, today: date) -> int:
        """Working days left; below zero when we are late."""
        return workdays_between(today, self.due_on, rules.calendar(now=start_of(today)))


@dataclass(frozen=True, slots=True)
class Complained:
    """One complaint."""

    city_id: Annotated[int, PLAIN]
    number: Annotated[int, PLAIN]
    about: Annotated[str, Label("request")]
    store_id: Annotated[int | None, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]
    staff_alias: Annotated[str, PLAIN]
    opened_at: Annotated[datetime, Label("request")]
    reopened_at: Annotated[datetime | None, Label("request")]
    closed_at: Annotated[datetime | None, PLAIN]
    escalated: Annotated[bool, PLAIN]

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.closed_at is None or (self.reopened_at is not None and self.reopened_at > self.closed_at)

    @property
    def escalates_on(self) -> date:
        """The day on which headquarters hears of it."""
        return day_of(self.reopened_at or self.opened_at) + timedelta(days=ESCALATES_AFTER_DAYS)


@dataclass(frozen=True, slots=True)
class _EventRow:
    at: datetime
    who: str
    alias: str
    role: str
    what: str
    words_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """What is told after an incident."""

    incident_id: Annotated[int, PLAIN]
    notified_at: Annotated[datetime, PLAIN]
    notice_zh: Annotated[str, PLAIN]
    notice_en: Annotated[str, PLAIN]
    fields: Annotated[list[str], PLAIN] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shop:
    """A store to choose from."""

    store_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    city_name: Annotated[str, PLAIN]
    city_name_en: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class _Made:
    number: int


@dataclass(frozen=True, slots=True)
class _Lately:
    made: int


_requests = Statement("portal", "own_requests", Asked)
_complaints = Statement("portal", "own_complaints", Complained)
_events = Statement("portal", "own_events", _EventRow)
_incidents = Statement("portal", "own_incidents", Told)
_stores = Statement("portal", "stores_near", Shop)
_lately = Statement("portal", "own_lately", _Lately)
_add_words = Statement("portal", "add_words", _Made)
_add_key = Command("portal", "add_words_key")
_new_request = Statement("portal", "new_request", _Made)
_new_complaint = Statement("portal", "new_complaint", _Made)
_new_event = Command("portal", "new_event")
_reopen = Command("portal", "reopen")


def requests(*, visit: Visit) -> list[Asked]:
    """Every request of the visitor's, the newest first. Of somebody who has died only what kin asked for."""
    with own.visiting(visit.token):
        found = _requests.all()
    return [each for each in found if visit.state != "deceased" or each.kind == "kin"]


def complaints(*, visit: Visit) -> list[Complained]:
    """Every complaint of the visitor's, the newest first; of somebody who has died none."""
    if visit.state == "deceased":
        return []
    with own.visiting(visit.token):
        return _complaints.all()


def told(*, visit: Visit) -> list[Told]:
    """The incidents of which the visitor is to be told."""
    with own.visiting(visit.token):
        return _incidents.all()


def stores(*, visit: Visit) -> list[Shop]:
    """The stores of the visitor's city; every store for somebody without a record."""
    with own.visiting(visit.token):
        return _stores.all(city_id=visit.city_id)


def history(*, visit: Visit, thing: str, city_id: int, number: int, now: datetime) -> list[RequestEvent]:
    """
    What happened to one request or complaint, with its words.

    :raises NotFound: it is not the visitor's own.
    :raises vault.asking.KeeperAway: no word is shown without the keeper.
    """
    with own.visiting(visit.token):
        events = _events.all(city_id=city_id, thing=thing, number=number)
        if not events:
            raise NotFound
        one_field = requesting.FIELD if thing == "request" else complaining.FIELD
        trace = tracing.record(visit=visit, action=f"portal.{thing}", purpose="rights", fields=[one_field], now=now)
    texts = asking.read_words(trace, visit=visit.token)
    return [
        RequestEvent(each.at, each.who, each.alias, each.role, each.what, texts.get(each.words_id or 0, "")) for each in events
    ]


def kinds_for(visit: Visit) -> list[kinds.Kind]:
    """Of somebody who has died, kin may ask; a number without a record has no record to correct or restrict."""
    if visit.state == "deceased":
        return [kinds.Kind.KIN]
    if not visit.known:
        return [kinds.Kind.NUMBER_SOURCE, kinds.Kind.DELETE, kinds.Kind.EXPLAIN, kinds.Kind.KIN, kinds.Kind.OTHER]
    return list(kinds.Kind)


def ask(*, visit: Visit, kind: str, text: str, now: datetime) -> int:
    """
    Makes a request; its clock starts. Its number.

    :raises rights.requesting.UnknownChoice: no such kind, or none for this visitor.
    :raises rights.requesting.EmptyWords: nothing said.
    :raises TooMany: see there.
    """
    if kind not in kinds_for(visit):
        raise requesting.UnknownChoice
    requesting.check_words(text)
    clock = requesting.clock_of(now)
    with own.visiting(visit.token):
        stopping.hold(visit)
        _not_too_many(now)
        words_id = _say(visit=visit, field_name=requesting.FIELD, text=text, store_id=None, now=now)
        made = _new_request.one(
            **_whose(visit), kind=kind, due_on=clock.due_on, remind_on=clock.remind_on, words_id=words_id, now=now
        )
        return _opened(visit=visit, thing="request", made=made, words_id=words_id, now=now)


def complain(*, visit: Visit, about: str, store_id: int | None, staff_alias: str, text: str, now: datetime) -> int:
    """
    Makes a complaint; its number.

    :raises NotFound: the member has died.
    :raises rights.requesting.UnknownChoice: no such thing to complain about, or no such store.
    :raises rights.requesting.EmptyWords: nothing said.
    :raises TooMany: see there.
    """
    if visit.state == "deceased":  # kin ask; what they complain of would be hidden from them
        raise NotFound
    if about not in kinds.About.values:
        raise requesting.UnknownChoice
    requesting.check_words(text)
    with own.visiting(visit.token):
        stopping.hold(visit)
        _not_too_many(now)
        if store_id is not None and store_id not in {each.store_id for each in _stores.all(city_id=visit.city_id)}:
            raise requesting.UnknownChoice
        words_id = _say(visit=visit, field_name=complaining.FIELD, text=text, store_id=store_id, now=now)
        made = _new_complaint.one(
            **_whose(visit),
            about=about,
            store_id=store_id,
            staff_alias=staff_alias.strip()[:LONGEST_ALIAS],
            words_id=words_id,
            now=now,
        )
        return _opened(visit=visit, thing="complaint", made=made, words_id=words_id, now=now)


def reopen(*, visit: Visit, city_id: int, number: int, text: str, now: datetime) -> None:
    """
    The visitor is not content with the answer, and says why.

    :raises rights.requesting.EmptyWords: nothing said.
    :raises rights.complaining.NotClosed: it is open.
    :raises NotFound: it is not the visitor's own.
    """
    requesting.check_words(text)
    with own.visiting(visit.token):
        mine = next((each for each in _complaints.all() if (each.city_id, each.number) == (city_id, number)), None)
        if mine is None:
            raise NotFound
        if not _reopen.run(city_id=city_id, number=number, now=now):
            raise complaining.NotClosed
        words_id = _say(visit=visit, field_name=complaining.FIELD, text=text, store_id=mine.store_id, now=now)
        _new_event.run(city_id=city_id, thing="complaint", thing_id=number, what="reopened", words_id=words_id, now=now)
        tracing.record(visit=visit, action="portal.reopen", purpose="rights", now=now)


def _whose(visit: Visit) -> dict[str, object]:
    """A person with a record is that member; who has none is known by their number, in city 0."""
    if visit.member_id is not None:
        return {"city_id": visit.city_id, "member_id": visit.member_id, "number_hash": None}
    return {"city_id": COMPANY, "member_id": None, "number_hash": visit.number_hashes[0]}


def _not_too_many(now: datetime) -> None:
    lately = _lately.one(since=now - timedelta(days=1))
    if lately is not None and lately.made >= MOST_A_DAY:
        raise TooMany


def _say(*, visit: Visit, field_name: str, text: str, store_id: int | None, now: datetime) -> int:
    """Seals what the visitor wrote; the number of its envelope."""
    whose = _whose(visit)
    subject = words.subject_of(member_id=visit.member_id, number_hash=None if visit.known else visit.number_hashes[0])
    sealed = words.seal(subject=subject, field=field_name, text=text)
    facts = {"city_id": whose["city_id"], "subject": subject}
    made = _add_words.one(**facts, field=field_name, words=sealed.fields[field_name], store_id=store_id, now=now)
    if made is None:  # INSERT … RETURNING gives a row or raises
        raise RuntimeError
    _add_key.run(**facts, envelope_id=made.number, kek_id=sealed.kek_id, wrapped=sealed.wrapped)
    return made.number


def _opened(*, visit: Visit, thing: str, made: _Made | None, words_id: int, now: datetime) -> int:
    if made is None:  # INSERT … RETURNING gives a row or raises
        raise RuntimeError
    city_id = _whose(visit)["city_id"]
    _new_event.run(city_id=city_id, thing=thing, thing_id=made.number, what="opened", words_id=words_id, now=now)
    tracing.record(visit=visit, action=f"portal.open_{thing}", purpose="rights", now=now)
    return made.number
