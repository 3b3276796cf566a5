"""Reads for pages: the member page of the holder, and the managers' boards of counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.labels import PLAIN, Label, without
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.kernel.sql import Statement
from hongxian.letters import sharing
from hongxian.outreach import history, placed, texts
from hongxian.vault import asking, deciding, noting

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

VIEW_FIELDS = ("alias", "district", "best_time", "note", "contact_history")
CARD_FIELDS = ("sex", "birth_year", "height", "education", "income_band", "marital", "district", "grade")
GRADING_FIELDS = ("intent", "completeness")


@dataclass(frozen=True, slots=True)
class Card:
    """The coarse side of a held member, and how the holding stands."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    city_code: Annotated[str, PLAIN]
    sex: Annotated[str, Label("sex")]
    birth_year: Annotated[int | None, Label("birth_year")]
    height_cm: Annotated[int | None, Label("height")]
    education: Annotated[str, Label("education")]
    income_band: Annotated[str, Label("income_band")]
    marital: Annotated[str, Label("marital")]
    district: Annotated[str, Label("district")]
    grade: Annotated[str, Label("grade")]
    grade_score: Annotated[int, Label("grade")]
    grade_inputs: Annotated[str, Label("completeness")]  # JSON, as the record keeps it
    profiling_off: Annotated[bool, Label("consent_state")]
    intends: Annotated[bool, Label("intent")]
    contact_until: Annotated[date | None, Label("consent_state")]
    contacts: Annotated[int, Label("contact_history")]
    how: Annotated[str, PLAIN]
    held_since: Annotated[datetime, PLAIN]
    held_until: Annotated[datetime, PLAIN]
    call_back_at: Annotated[datetime | None, Label("best_time")]
    last_outcome: Annotated[str, Label("contact_history")]
    last_contact_at: Annotated[datetime | None, Label("contact_history")]
    silent: Annotated[int, Label("contact_history")]
    source: Annotated[str, PLAIN]
    store_id: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its text."""

    at: Annotated[datetime, Label("note")]
    alias: Annotated[str, PLAIN]
    text: Annotated[str, Label("note")]


@dataclass(frozen=True, slots=True)
class MemberPage:
    """What the holder sees. `silenced` is the reason why there is no contact and nothing sealed is shown."""

    card: Annotated[Card, PLAIN]
    alias: Annotated[str, Label("alias")]
    silenced: Annotated[str, Label("consent_state")]
    calls: Annotated[list[history.CallRow], PLAIN] = field(default_factory=list)
    called: Annotated[list[placed.CalledRow], PLAIN] = field(default_factory=list)
    notes: Annotated[list[Note], PLAIN] = field(default_factory=list)
    shared: Annotated[sharing.Shared | None, PLAIN] = None
    texts: Annotated[list[texts.TextRow], PLAIN] = field(default_factory=list)


_card = Statement("outreach", "member_card", Card, brief=True)


def member_page(*, by: Actor, city_id: int, member_id: int, now: datetime) -> MemberPage:
    """
    One member, for the holder. Every look is a trace; a denied one too.

    :raises NotFound: not held by this person, or not there at all.
    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    """
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    decision = deciding.may(
        by=by,
        permission=Permission.POOLS_HOLDING_WORK,
        purpose="outreach.call",
        fields=VIEW_FIELDS,
        facts=facts,
        city_id=city_id,
    )
    trace = recording.record(
        by=by,
        action="member.view",
        purpose="outreach.call",
        ground=decision.ground,
        city_id=city_id,
        member_ids=[member_id],
        fields=decision.fields or VIEW_FIELDS,
        reason=decision.reason,
        denied=not decision.allowed,
        now=now,
    )
    if facts is None or not decision.ground:
        if decision.reason in {"role", "training", "agreement", "inactive"}:
            raise NotAllowed(decision.reason)
        raise NotFound
    if decision.reason in {"purpose_not_assessed", "field_not_assessed"}:
        raise assessing.PurposeStopped(decision.reason)
    if not decision.allowed and decision.reason != "no_consent":  # a minor, deceased, restricted: no purpose of staff is left
        raise NotFound
    traits = deciding.part(by=by, purpose="pool.card", fields=CARD_FIELDS, facts=facts)
    grading = deciding.part(by=by, purpose="pool.grading", fields=GRADING_FIELDS, facts=facts)
    cards = _card.all(
        city_id=city_id,
        member_id=member_id,
        staff_id=by.staff_id,
        now=now,
        **recording.trace_parameters(by=by, action="member.card", purpose="pool.card", fields=traits, ground=decision.ground),
    )
    if not cards:
        raise NotFound
    withheld = {*CARD_FIELDS, *GRADING_FIELDS, *(VIEW_FIELDS if decision.allowed else ())} - {*traits, *grading, *decision.fields}
    [card] = without(cards, withheld)
    if not decision.allowed:
        return MemberPage(card=card, alias="", silenced=decision.reason)
    opened = asking.reveal(trace)[member_id] if {"alias", "note"} & set(decision.fields) else {}
    told = "contact_history" in decision.fields
    contacts = history.of_member(city_id=city_id, member_id=member_id, now=now) if told else None
    return MemberPage(
        card=card,
        alias=opened.get("alias", ""),
        silenced="",
        calls=contacts.calls if contacts else [],
        called=contacts.called if contacts else [],
        notes=_notes(city_id=city_id, member_id=member_id, opened=opened),
        shared=sharing.shared_with(by=by, facts=facts, city_id=city_id, now=now),
        texts=contacts.texts if contacts else [],
    )


@dataclass(frozen=True, slots=True)
class Next:
    """Whom to turn to next; ids only."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, PLAIN]


_next = Statement("outreach", "next_member", Next)


def next_member(*, by: Actor, now: datetime, after: int = 0) -> Next | None:
    """The next held member to work on, other than `after`; None when the list is worked through."""
    by.require(Permission.POOLS_HOLDING_WORK)
    return _next.one(city_id=by.city_id, staff_id=by.staff_id, member_id=after, now=now, today=start_of(day_of(now)))


def _notes(*, city_id: int, member_id: int, opened: dict[str, Any]) -> list[Note]:
    texts = {int(envelope_id): str(text) for envelope_id, text in opened.get("note", [])}
    if not texts:
        return []
    rows = noting.notes_of(city_id=city_id, member_id=member_id)
    return [Note(at=row.sealed_at, alias=row.alias, text=texts[row.envelope_id]) for row in rows if row.envelope_id in texts]


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One consultant's hour and day, in counts."""

    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    team_name: Annotated[str, PLAIN]
    tier: Annotated[str, PLAIN]
    held: Annotated[int, PLAIN]
    hand_cap: Annotated[int, PLAIN]
    claims: Annotated[int, PLAIN]
    hour_calls: Annotated[int, PLAIN]
    hour_connects: Annotated[int, PLAIN]
    calls: Annotated[int, PLAIN]
    connects: Annotated[int, PLAIN]
    no_answers: Annotated[int, PLAIN]
    interested: Annotated[int, PLAIN]
    visits: Annotated[int, PLAIN]
    refusals: Annotated[int, PLAIN]
    placed: Annotated[int, PLAIN]
    talked: Annotated[int, PLAIN]
    talk_seconds: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class HourLine:
    """One hour of a team's or store's day."""

    begins: Annotated[datetime, PLAIN]
    calls: Annotated[int, PLAIN]
    connects: Annotated[int, PLAIN]
    refusals: Annotated[int, PLAIN]
    visits: Annotated[int, PLAIN]


_board = Statement("outreach", "board", BoardLine)
_hours = Statement("outreach", "hours", HourLine)


def board(*, by: Actor, now: datetime) -> list[BoardLine]:
    """
    The consultants of the acting manager's team, or of the whole store for its manager.

    :raises NotAllowed: not a manager.
    """
    return _board.all(**_span_of(by), today=day_of(now), hour=hour_of(now), day=start_of(day_of(now)))


def hours_of_day(*, by: Actor, now: datetime) -> list[HourLine]:
    """The same unit's day by hour."""
    return _hours.all(**_span_of(by), day=start_of(day_of(now)))


def _span_of(by: Actor) -> dict[str, int | None]:
    by.require(Permission.REPORTS_TEAM_READ)
    return {
        "city_id": by.city_id,
        "store_id": by.store_id,
        "team_id": None if by.role == Role.STORE_MANAGER else by.team_id,
    }
