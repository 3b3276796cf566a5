"""
The gate (触达闸门): the one function that lets a contact happen. It answers with a permit or with a reason.

The order: the person, the purpose, the member's state, the "no", the relationship, the consent, rests, the hour, the caps.
It fails closed: what cannot be read (the list of noes, a cap, the catalogue) means no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hongxian.audit import recording
from hongxian.consent import suppressing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Statement
from hongxian.members import records
from hongxian.vault import deciding, permits

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

FIRST_HOUR, END_HOUR = 9, 21
CAPS = {"call": 3, "sms": 4}
CAP_SPAN = timedelta(days=30)
LIFETIME = 24
PERMIT_LASTS = timedelta(seconds=60)
PURPOSES = {"call": "outreach.call", "sms": "outreach.sms"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Whether a contact may happen, and if not, why; with a permit and its trace once one is issued.

    `near` is whether the asking person has any ground on this member: others must not learn that there is one.
    """

    allowed: bool
    reason: str = ""
    near: bool = True
    permit_id: int | None = None
    trace: recording.TraceRef | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the gate looks at beside the decision itself."""

    resting: bool
    timezone: str
    has_contract: bool


_circumstances = Statement("outreach", "circumstances", Circumstances)


def permit(*, by: Actor, city_id: int, member_id: int, channel: str, now: datetime) -> Verdict:
    """
    Decides a contact by the holder and issues its permit; call it inside a transaction and use the permit after the commit.

    The member's row is held meanwhile, so that a "no" filed at the same moment comes either before or after. Either way
    a trace is written; a denied one names the reason.
    """
    purpose = PURPOSES[channel]
    records.lock(city_id=city_id, member_id=member_id)
    facts = deciding.facts_about(by=by, city_id=city_id, member_id=member_id, now=now)
    reason = _reason_against(by=by, facts=facts, city_id=city_id, channel=channel, now=now)
    if reason:
        _trace(by=by, city_id=city_id, member_id=member_id, purpose=purpose, reason=reason, now=now)
        near = facts is not None and bool(facts.grounds) and by.city_id in {0, city_id}
        return Verdict(allowed=False, reason=reason, near=near)
    permit_id = permits.issue(
        city_id=city_id,
        member_id=member_id,
        staff_id=by.staff_id,
        channel=channel,
        purpose=purpose,
        now=now,
        latest_at=now + PERMIT_LASTS,
    )
    trace = recording.record(
        by=by,
        action="gate.permit",
        purpose=purpose,
        ground="claim",
        city_id=city_id,
        member_ids=[member_id],
        fields=["number"],
        permit_id=permit_id,
        now=now,
    )
    return Verdict(allowed=True, permit_id=permit_id, trace=trace)


def _reason_against(*, by: Actor, facts: deciding.Facts | None, city_id: int, channel: str, now: datetime) -> str:
    if facts is not None and (facts.suppressed or suppressing.suppressed(facts.number_hashes)):
        return "suppressed"
    decision = deciding.may(
        by=by,
        permission=Permission.OUTREACH_NUMBER_SHOW,
        purpose=PURPOSES[channel],
        fields=["number"],
        facts=facts,
        city_id=city_id,
    )
    if not decision.allowed:
        return decision.reason
    if facts is None:  # the decision has said so already; a type checker cannot know
        return "no_such_member"
    return _reason_of_person(facts=facts, city_id=city_id, channel=channel, staff_id=by.staff_id, now=now)


def _reason_of_person(*, facts: deciding.Facts, city_id: int, channel: str, staff_id: int, now: datetime) -> str:
    """What holds whoever asks: rests, hours by the member's place, caps over the whole company."""
    around = _circumstances.one(city_id=city_id, member_id=facts.member_id, now=now)
    if around is None:
        return "no_such_member"
    if around.resting:
        return "resting"
    if not FIRST_HOUR <= now.astimezone(ZoneInfo(around.timezone)).hour < END_HOUR:
        return "hours"
    return _over_cap(facts=facts, around=around, city_id=city_id, channel=channel, staff_id=staff_id, now=now)


def _over_cap(*, facts: deciding.Facts, around: Circumstances, city_id: int, channel: str, staff_id: int, now: datetime) -> str:
    lately = permits.contacts_since(
        city_id=city_id, member_id=facts.member_id, staff_id=staff_id, channel=channel, since=now - CAP_SPAN, now=now
    )
    if lately.same:
        return ""
    if lately.contacts >= CAPS[channel]:
        return "cap_month"
    # Calls that were filed, or numbers that were shown and nothing filed: whichever is more.
    if max(facts.contacts, lately.ever) >= LIFETIME and not around.has_contract:
        return "cap_lifetime"
    return ""


def probe(*, by: Actor, number_hashes: list[bytes], channel: str, now: datetime) -> Verdict:
    """
    Whether anybody could contact the person with this number now, by this channel; for the privacy officer. Traced.

    No holder is assumed, no permit comes of it.

    :raises NotAllowed: the asking person is no privacy officer.
    """
    by.require(Permission.OUTREACH_GATE_PROBE)
    home = records.home_of(number_hashes)
    reason = _reason_for_number(by=by, number_hashes=number_hashes, home=home, channel=channel, now=now)
    recording.record(
        by=by,
        action="gate.probe",
        purpose="suppression",
        city_id=home.city_id if home else 0,
        member_ids=[home.member_id] if home else [],
        fields=["number_hash"],
        reason=reason or "allowed",
        now=now,
    )
    return Verdict(allowed=not reason, reason=reason or "ok")


def _reason_for_number(*, by: Actor, number_hashes: list[bytes], home: records.Home | None, channel: str, now: datetime) -> str:
    if suppressing.suppressed(number_hashes):
        return "suppressed"
    facts = None
    if home is not None:
        facts = deciding.facts_about(by=by, city_id=home.city_id, member_id=home.member_id, now=now)
    if home is None or facts is None:
        return "unknown_number"
    return _reason_of_record(facts=facts, channel=channel) or _reason_of_person(
        facts=facts, city_id=home.city_id, channel=channel, staff_id=by.staff_id, now=now
    )


def _reason_of_record(*, facts: deciding.Facts, channel: str) -> str:
    """What the record itself says: the mark of a "no", the member's state, the receipts."""
    if facts.suppressed:
        return "suppressed"
    if facts.state != "live":
        return facts.state
    purpose = catalogue().purpose(PURPOSES[channel])
    if purpose is None:
        return "purpose_not_live"
    if not deciding.is_assessed(purpose, facts):
        return "purpose_not_assessed"
    return "" if deciding.has_receipt(purpose, facts) else "no_consent"


def _trace(*, by: Actor, city_id: int, member_id: int, purpose: str, reason: str, now: datetime) -> None:
    recording.record(
        by=by,
        action="gate.permit",
        purpose=purpose,
        city_id=city_id,
        member_ids=[member_id],
        fields=["number"],
        reason=reason,
        denied=True,
        now=now,
    )
