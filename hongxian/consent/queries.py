"""Reads for the privacy office's pages: purposes and how they stand, assessments, one member's receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.consent.purposes import Purpose, catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

RECEIPT_FIELDS = ("resource_no", "consent_state")
SOON = 60  # days before its end in which an assessment is worth a warning


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """An assessment as it was signed; `signed_by` is empty for one that came with the program."""

    id: Annotated[int, PLAIN]
    purpose: Annotated[str, PLAIN]
    notice_hash: Annotated[str, PLAIN]
    covers: Annotated[list[str], PLAIN]
    roles: Annotated[list[str], PLAIN]
    necessity: Annotated[str, PLAIN]
    risks: Annotated[str, PLAIN]
    measures: Annotated[str, PLAIN]
    signed_by: Annotated[str, PLAIN]
    signed_at: Annotated[datetime, PLAIN]
    valid_until: Annotated[date, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]
    ended_why: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How a purpose stands today: `state` is live, soon (its assessment ends within 60 days), exempt (a person's own), missing,
    expired, ended or off; `uncovered` are fields and roles that no assessment names and that are not served for that.
    """

    purpose: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    days_left: Annotated[int, PLAIN]
    uncovered: Annotated[tuple[str, ...], PLAIN]
    uncovered_roles: Annotated[tuple[str, ...], PLAIN]
    text_changed: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One yes, and when it was taken back."""

    purpose: Annotated[str, Label("consent_state")]
    given_on: Annotated[date, Label("consent_state")]
    valid_until: Annotated[date, Label("consent_state")]
    evidence: Annotated[str, Label("consent_state")]
    notice_hash: Annotated[str, PLAIN]
    origin: Annotated[str, PLAIN]
    recorded_at: Annotated[datetime, PLAIN]
    withdrawn_at: Annotated[datetime | None, Label("consent_state")]
    counts: Annotated[str, Label("consent_state")]  # "yes", or why not: ended, not_yet, withdrawn, old_text, unknown_purpose


@dataclass(frozen=True, slots=True)
class NoRow:
    """A withdrawal or a no to being asked again."""

    purpose: Annotated[str, Label("consent_state")]
    recorded_at: Annotated[datetime, Label("consent_state")]
    kind: Annotated[str, Label("consent_state")]  # withdrawn, refused
    via: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class _Receipt:
    purpose: str
    given_on: date
    valid_until: date
    evidence: str
    notice_hash: str
    origin: str
    recorded_at: datetime
    withdrawn_at: datetime | None


_assessments = Statement("consent", "assessments_of", AssessmentRow)
_receipts = Statement("consent", "receipts_of", _Receipt)
_noes = Statement("consent", "noes_of", NoRow)


def assessments(*, by: Actor, purpose: str | None = None) -> list[AssessmentRow]:
    """
    Every assessment, the newest first.

    :raises NotAllowed: not of those who look after the catalogue.
    """
    by.require(Permission.CONSENT_CATALOGUE_READ)
    return _assessments.all(purpose=purpose)


def standings(*, by: Actor, today: date) -> dict[str, Standing]:
    """
    How every purpose of the catalogue stands today.

    :raises NotAllowed: not of those who look after the catalogue.
    """
    newest: dict[str, AssessmentRow] = {}
    for row in assessments(by=by):
        newest.setdefault(row.purpose, row)
    return {name: standing(purpose, newest.get(name), today=today) for name, purpose in catalogue().purposes.items()}


def standing(purpose: Purpose, newest: AssessmentRow | None, *, today: date) -> Standing:
    """How one purpose stands, from its newest assessment."""
    covers, roles = (set(newest.covers), set(newest.roles)) if newest else (purpose.fields, purpose.roles)
    return Standing(
        purpose=purpose.name,
        state=_state(purpose, newest, today=today),
        days_left=(newest.valid_until - today).days if newest else 0,
        uncovered=tuple(sorted(purpose.fields - covers)),
        uncovered_roles=tuple(sorted(purpose.roles - roles)),
        text_changed=newest is not None and newest.notice_hash != purpose.notice_hash,
    )


def _state(purpose: Purpose, newest: AssessmentRow | None, *, today: date) -> str:
    if not purpose.live:
        return "off"
    if not purpose.needs_assessment:
        return "exempt"
    if newest is None:
        return "missing"
    if newest.ended_at is not None:
        return "ended"
    if newest.valid_until < today:
        return "expired"
    return "soon" if (newest.valid_until - today).days <= SOON else "live"


def receipts_of(*, by: Actor, city_id: int, member_id: int, now: datetime) -> tuple[list[ReceiptRow], list[NoRow]]:
    """
    One member's receipts with what counts today and why not, and their noes; one trace.

    :raises NotAllowed: not of those who look after receipts.
    :raises NotFound: the member gave none and said no to none; traced all the same.
    """
    by.require(Permission.CONSENT_RECEIPT_READ)
    fields = assessing.within(by=by, action="consent.receipts", purpose="audit", fields=RECEIPT_FIELDS, now=now)
    recording.record(
        by=by,
        action="consent.receipts",
        purpose="audit",
        city_id=city_id,
        member_ids=[member_id],
        fields=fields,
        now=now,
    )
    found = _receipts.all(city_id=city_id, member_id=member_id)
    noes = _noes.all(city_id=city_id, member_id=member_id)
    if not found and not noes:
        raise NotFound
    return [_row(each, today=day_of(now)) for each in found], noes


def _row(each: _Receipt, *, today: date) -> ReceiptRow:
    return ReceiptRow(
        purpose=each.purpose,
        given_on=each.given_on,
        valid_until=each.valid_until,
        evidence=each.evidence,
        notice_hash=each.notice_hash,
        origin=each.origin,
        recorded_at=each.recorded_at,
        withdrawn_at=each.withdrawn_at,
        counts=_counts(each, today=today),
    )


def _counts(each: _Receipt, *, today: date) -> str:
    known = catalogue().purposes.get(each.purpose)
    reasons = {
        "unknown_purpose": known is None,
        "withdrawn": each.withdrawn_at is not None,
        "not_yet": today < each.given_on,
        "ended": today > each.valid_until,
        "old_text": known is not None and known.notice_hash != each.notice_hash,
    }
    return next((reason for reason, holds in reasons.items() if holds), "yes")
