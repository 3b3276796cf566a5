"""
The rule (规则): why a contact may not happen, from facts alone. It reads no table and no clock, so that all of it can be tried.

The order: the "no", whoever asks, the purpose, the relationship or the campaign, the member's state, the consent, rests, the
hour, the caps. Deny overrides, unknown is deny. Calls, texts, previews and the privacy officer's probe go by it alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hongxian.kernel.permissions import ROLE_PERMISSIONS, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hongxian.consent.purposes import Purpose
    from hongxian.outreach.facts import Facts

# How somebody is contacted: a person does it, one at a time or many; or the system does, by a campaign or by a rule; or
# nobody does (probe: whether anybody could).
CALL, HAND, LIBRARY, CAMPAIGN, AUTOMATIC, PROBE = "call", "hand", "library", "campaign", "automatic", "probe"
BY_HAND = frozenset({HAND, LIBRARY})
BY_SYSTEM = frozenset({CAMPAIGN, AUTOMATIC})
# What a template of a kind may be sent for.
KIND_OF = {"outreach.sms": "service", "outreach.promotion": "promotion"}
SAME_CALL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often and when; the numbers in force are org/rules.py's, these are what they start from."""

    first_hour: int = 9
    end_hour: int = 21
    per_member: Mapping[str, int] = field(default_factory=lambda: {"call": 3, "sms": 4})
    span: timedelta = timedelta(days=30)
    lifetime: int = 24
    by_hand_a_day: int = 30


@dataclass(frozen=True, slots=True)
class Ask:
    """
    One contact that somebody would like to make. `known` is the purpose as the catalogue has it in use; None is none.

    `audience` is that of a campaign which is only being planned: it is judged as if it were being sent, within reach.
    """

    member_id: int
    staff_id: int
    city_id: int
    channel: str
    purpose: str
    known: Purpose | None
    how: str
    fields: tuple[str, ...] = ("number",)
    version_id: int | None = None
    campaign_id: int | None = None
    audience: str = ""


def reason_against(ask: Ask, facts: Facts, now: datetime, limits: Limits) -> str:
    """The first reason against this contact; "" where nothing stands in its way."""
    if facts.marked or facts.said_no:
        return "suppressed"
    if ask.how == PROBE:
        return _of_record(ask, facts) or _of_person(ask, facts, now, limits)
    return (
        _of_asker(ask, facts)
        or _of_purpose(ask, facts)
        or _of_tie(ask, facts)
        or _of_fields(ask, facts)
        or _of_member(ask, facts)
        or _of_person(ask, facts, now, limits)
    )


def _of_record(ask: Ask, facts: Facts) -> str:
    """What the record itself says, with nobody asking."""
    if not facts.known:
        return "no_such_member"
    if facts.state != "live":
        return facts.state
    return _of_purpose(ask, facts) or _of_member(ask, facts)


def _of_asker(ask: Ask, facts: Facts) -> str:
    if not facts.role or not facts.active:
        return "inactive"
    if ask.how not in BY_SYSTEM and Permission.OUTREACH_NUMBER_SHOW not in ROLE_PERMISSIONS[Role(facts.role)]:
        return "role"
    if not facts.trained:
        return "training"
    if not facts.agreement_live:
        return "agreement"
    return "paused" if facts.paused and ask.how not in BY_SYSTEM else ""  # what the system sends is nobody's rhythm


def _of_purpose(ask: Ask, facts: Facts) -> str:
    if ask.known is None:
        return "purpose_not_live"
    if not facts.known or (ask.how != PROBE and facts.staff_city_id not in {0, ask.city_id}):
        return "no_such_member"
    if not facts.assessed:
        return "purpose_not_assessed"
    if ask.version_id is not None and (facts.version_state != "approved" or facts.version_kind != KIND_OF.get(ask.purpose)):
        return "template"
    return ""


def _of_tie(ask: Ask, facts: Facts) -> str:
    """A claim, a contract, or a campaign that is being sent."""
    if ask.how != CAMPAIGN:
        return "" if ground_of(ask, facts) else "no_ground"
    sent = facts.campaign_state == "sending" and (ask.version_id is None or facts.campaign_version_id == ask.version_id)
    if not (ask.audience or sent):
        return "campaign"
    if (ask.audience or facts.campaign_audience) == "unheld":
        if facts.held:
            return "held"
        return "" if ask.audience or facts.campaign_reaches else "out_of_reach"
    return "" if ground_of(ask, facts) else "no_ground"


def ground_of(ask: Ask, facts: Facts) -> str:
    """What ties whoever asks to this member, for this purpose."""
    return next(iter(sorted(set(facts.grounds) & (ask.known.grounds if ask.known else frozenset()))), "")


def _of_fields(ask: Ask, facts: Facts) -> str:
    """The role's and the assessment's part: the system sends what it sends, a person what they may."""
    role = Role.SYSTEM.value if ask.how in BY_SYSTEM else facts.role
    if ask.known is None or role not in ask.known.roles or role not in facts.roles:
        return "role_outside_purpose"
    if not set(ask.fields) <= ask.known.fields:
        return "field_outside_purpose"
    return "" if set(ask.fields) <= set(facts.fields) else "field_not_assessed"


def _of_member(ask: Ask, facts: Facts) -> str:
    if facts.state != "live":
        return facts.state
    return "no_consent" if facts.receipt_id is None and (ask.known is None or ask.known.receipt) else ""


def _of_person(ask: Ask, facts: Facts, now: datetime, limits: Limits) -> str:
    """What holds whoever asks: rests, hours by the member's place, caps over the whole company; and the sender's own budget."""
    if facts.resting:
        return "resting"
    if closes_at(facts.timezone, now, limits) is None:
        return "hours"
    return _over_cap(ask, facts, now, limits)


def closes_at(timezone: str, now: datetime, limits: Limits) -> datetime | None:
    """When today's hours end at the member's place; None outside them, and where nobody knows which place that is."""
    try:
        there = now.astimezone(ZoneInfo(timezone))
    except (KeyError, ValueError, OSError):  # not a place: OSError where its file cannot be read
        return None
    if not limits.first_hour <= there.hour < limits.end_hour:
        return None
    end = there.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=limits.end_hour)
    return end if end > now else None


def _over_cap(ask: Ask, facts: Facts, now: datetime, limits: Limits) -> str:
    calls = list(zip(facts.calls, facts.callers, strict=True))
    begun = contacts_of(calls)
    # Asking again for a number that was given minutes ago goes on with that contact, which does not stand in its own way.
    going_on = ask.channel == CALL and (ask.staff_id, True) in {(whose, at > now - SAME_CALL) for at, whose in begun}
    if ask.channel == CALL:
        lately = len(contacts_of([each for each in calls if each[0] > now - limits.span]))
    else:
        lately = facts.texts_lately
    if lately - going_on >= limits.per_member.get(ask.channel, 0):
        return "cap_month"
    # Calls that were filed, or numbers that were given and nothing filed: whichever is more.
    if max(facts.contacts, len(begun) - going_on) + facts.texts >= limits.lifetime and not facts.contract:
        return "cap_lifetime"
    return "cap_day" if ask.how in BY_HAND and facts.by_hand >= limits.by_hand_a_day else ""


def contacts_of(calls: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """
    When each contact began, and whose it is: the same person asking for the same number again within a quarter of an hour
    of the first time goes on with the same contact.
    """
    begun: dict[int, list[datetime]] = {}
    for at, staff_id in sorted(calls):
        mine = begun.setdefault(staff_id, [])
        if not mine or at >= mine[-1] + SAME_CALL:
            mine.append(at)
    return [(at, staff_id) for staff_id, times in begun.items() for at in times]
