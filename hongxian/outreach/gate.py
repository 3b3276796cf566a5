"""
The gate (触达闸门): nobody is called and no text leaves without a permit from here, which is good for one use of one number.

Facts come from one statement (facts.py), the reason from one function of them (ruling.py), for calls, texts, previews and
probes alike. It fails closed: what cannot be read (the list of noes, a cap, the catalogue) means no.

Whoever is contacted is held meanwhile, so that a "no", or another store's contact, comes either before or after. The order of
locks: who sends by hand, then members by their numbers (docs/decisions/0014).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hongxian.audit import recording
from hongxian.consent import suppressing
from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.sql import Statement
from hongxian.members import joining, records
from hongxian.org import rules
from hongxian.outreach import facts as gate_facts
from hongxian.outreach import ruling, tallying
from hongxian.vault import deciding, permits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hongxian.outreach.facts import Facts
    from hongxian.outreach.ruling import Ask

PERMIT_LASTS = timedelta(seconds=60)
PURPOSES = {"call": "outreach.call", "sms": "outreach.sms"}
# What a text shows of a person, and so what its permit is for.
TEXT_FIELDS = ("alias", "number")
LOCK_SPACE, BUCKETS = 7_400, 1 << 20


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
class Text:
    """A queued text that would go out now (a row of outreach_message); `staff_id` is in whose name."""

    at: datetime
    id: int
    member_id: int
    staff_id: int
    how: str
    purpose: str
    version_id: int
    campaign_id: int | None


@dataclass(frozen=True, slots=True)
class _Locked:
    waited: bool


_lock_senders = Statement("outreach", "lock_senders", _Locked)


def limits(*, city_id: int, store_id: int | None = None, now: datetime) -> ruling.Limits:
    """
    The numbers in force: of the members' city, and where a store's people ask, that store's own. What cannot be read is an error.

    :raises org.rules.RulesUnreadable: a rule is missing or makes no sense; nothing goes out.
    """
    found = rules.contact(city_id=city_id, store_id=store_id, now=now)
    return ruling.Limits(
        first_hour=found.first_hour,
        end_hour=found.end_hour,
        per_member={"call": found.calls, "sms": found.texts},
        span=found.span,
        lifetime=found.lifetime,
        by_hand_a_day=found.by_hand_a_day,
    )


def permit(*, by: Actor, city_id: int, member_id: int, channel: str, now: datetime) -> Verdict:
    """
    Decides a contact by the holder and issues its permit; call it inside a transaction and use the permit after the commit.

    Either way a trace is written; a denied one names the reason.
    """
    ask = _ask(
        city_id=city_id,
        member_id=member_id,
        staff_id=by.staff_id,
        channel=channel,
        purpose=PURPOSES[channel],
        how=ruling.CALL if channel == ruling.CALL else ruling.HAND,
    )
    if ask.how in ruling.BY_HAND:
        _hold_senders([ask.staff_id])
    records.lock(city_id=city_id, member_id=member_id)
    [(facts, reason)] = _decide(city_id=city_id, asks=[ask], now=now)
    if reason:
        _trace(by=by, asks=[ask], reason=reason, now=now)
        tallying.cap_hits(city_id=city_id, denied=[(by.staff_id, reason)], now=now)
        near = facts.known and bool(facts.grounds) and by.city_id in {0, city_id}
        return Verdict(allowed=False, reason=reason, near=near)
    [permit_id] = permits.issue_all(city_id=city_id, wanted=[_wanted(ask, facts, now=now)], now=now)
    trace = _trace(by=by, asks=[ask], ground=ruling.ground_of(ask, facts), permit_id=permit_id, now=now)
    return Verdict(allowed=True, permit_id=permit_id, trace=trace)


def permit_texts(*, city_id: int, messages: Sequence[Text], now: datetime) -> list[Verdict]:
    """
    Decides queued texts of one city again, now that their turn has come; a verdict for each, in their order.

    For the worker, inside the transaction that also marks the texts as being handed over; use the permits after its commit
    (vault/asking.py:numbers takes pairs of a verdict's trace and permit). Two texts to one member, or by one sender, count
    one after the other. Permits last a minute. A campaign's text to who is held is the holder's: `staff_id` is the holder;
    to people whom nobody holds it is whoever asked for the campaign.
    """
    by_hand = {each.staff_id for each in messages if each.how in ruling.BY_HAND}
    _hold_senders(by_hand)
    joining.lock_all(city_id=city_id, member_ids=list({each.member_id for each in messages}))
    asks = [
        _ask(
            city_id=city_id,
            member_id=each.member_id,
            staff_id=each.staff_id,
            channel="sms",
            purpose=each.purpose,
            how=each.how,
            fields=TEXT_FIELDS,
            version_id=each.version_id,
            campaign_id=each.campaign_id,
        )
        for each in messages
    ]
    found = _decide(city_id=city_id, asks=asks, now=now)
    allowed = [place for place, (_, reason) in enumerate(found) if not reason]
    wanted = [replace(_wanted(asks[place], found[place][0], now=now), message_id=messages[place].id) for place in allowed]
    permit_ids = dict(zip(allowed, permits.issue_all(city_id=city_id, wanted=wanted, now=now), strict=True))
    traces = _trace_texts(asks=asks, found=found, now=now)
    denied = [(ask.staff_id, reason) for ask, (_, reason) in zip(asks, found, strict=True) if ask.how in ruling.BY_HAND]
    tallying.cap_hits(city_id=city_id, denied=denied, now=now)
    return [
        Verdict(allowed=not reason, reason=reason, permit_id=permit_ids.get(place), trace=None if reason else traces[place])
        for place, (_, reason) in enumerate(found)
    ]


def sift(  # noqa: PLR0913 - what an ask is about
    *,
    by: Actor,
    city_id: int,
    member_ids: Sequence[int],
    channel: str,
    purpose: str,
    how: str,
    now: datetime,
    version_id: int | None = None,
    campaign_id: int | None = None,
    holders: Mapping[int, int] | None = None,
    audience: str = "",
) -> dict[int, str]:
    """
    What the gate would say now, member by member ("" is yes): for previews and plans. No permit, no trace, no lock.

    One statement; hand in some thousands at a time. `holders` says in whose name where it isn't `by` (member → staff).
    `audience` is that of a campaign which isn't being sent yet: it is judged as if it were, its members being within reach.
    It is asked again for each text when that goes out.
    """
    named = holders or {}
    asks = [
        _ask(
            city_id=city_id,
            member_id=member_id,
            staff_id=named.get(member_id, by.staff_id),
            channel=channel,
            purpose=purpose,
            how=how,
            fields=("number",) if channel == ruling.CALL else TEXT_FIELDS,
            version_id=version_id,
            campaign_id=campaign_id,
            audience=audience,
        )
        for member_id in dict.fromkeys(member_ids)
    ]
    found = _decide(city_id=city_id, asks=asks, now=now)
    return {ask.member_id: reason for ask, (_, reason) in zip(asks, found, strict=True)}


def probe(*, by: Actor, number_hashes: list[bytes], channel: str, now: datetime) -> Verdict:
    """
    Whether anybody could contact the person with this number now, by this channel; for the privacy officer. Traced.

    No holder is assumed, no permit comes of it.

    :raises NotAllowed: the asking person is no privacy officer.
    """
    by.require(Permission.OUTREACH_GATE_PROBE)
    home = records.home_of(number_hashes)
    reason = _reason_for_number(number_hashes=number_hashes, home=home, channel=channel, now=now)
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


def _reason_for_number(*, number_hashes: list[bytes], home: records.Home | None, channel: str, now: datetime) -> str:
    if suppressing.suppressed(number_hashes):
        return "suppressed"
    if home is None:
        return "unknown_number"
    ask = _ask(
        city_id=home.city_id,
        member_id=home.member_id,
        staff_id=0,
        channel=channel,
        purpose=PURPOSES[channel],
        how=ruling.PROBE,
    )
    [(_, reason)] = _decide(city_id=home.city_id, asks=[ask], now=now)
    return "unknown_number" if reason == "no_such_member" else reason


def _ask(  # noqa: PLR0913 - an ask's own fields
    *,
    city_id: int,
    member_id: int,
    staff_id: int,
    channel: str,
    purpose: str,
    how: str,
    fields: tuple[str, ...] = ("number",),
    version_id: int | None = None,
    campaign_id: int | None = None,
    audience: str = "",
) -> Ask:
    return ruling.Ask(
        member_id=member_id,
        staff_id=staff_id,
        city_id=city_id,
        channel=channel,
        purpose=purpose,
        known=deciding.in_use(purpose),
        how=how,
        fields=fields,
        version_id=version_id,
        campaign_id=campaign_id,
        audience=audience,
    )


def _decide(*, city_id: int, asks: Sequence[Ask], now: datetime) -> list[tuple[Facts, str]]:
    """One after the other: what was just allowed counts for what comes after."""
    texts: Counter[int] = Counter()
    by_hand: Counter[int] = Counter()
    found = []
    by_store: dict[int | None, ruling.Limits] = {None: limits(city_id=city_id, now=now)}
    gathered = gate_facts.about(city_id=city_id, asks=asks, since=now - by_store[None].span, now=now)
    for ask, known in zip(asks, gathered, strict=True):
        facts = known
        if texts[ask.member_id] or by_hand[ask.staff_id]:
            more = texts[ask.member_id]
            facts = replace(
                facts,
                texts=known.texts + more,
                texts_lately=known.texts_lately + more,
                by_hand=known.by_hand + by_hand[ask.staff_id],
            )
        store_id = known.staff_store_id
        if store_id not in by_store:
            by_store[store_id] = limits(city_id=city_id, store_id=store_id, now=now)
        reason = ruling.reason_against(ask, facts, now, by_store[store_id])
        if not reason and ask.channel != ruling.CALL:
            texts[ask.member_id] += 1
            by_hand[ask.staff_id] += ask.how in ruling.BY_HAND
        found.append((facts, reason))
    return found


def _wanted(ask: Ask, facts: Facts, *, now: datetime) -> permits.Wanted:
    closes = ruling.closes_at(facts.timezone, now, limits(city_id=ask.city_id, now=now))
    return permits.Wanted(
        member_id=ask.member_id,
        staff_id=ask.staff_id,
        channel=ask.channel,
        purpose=ask.purpose,
        how=ask.how,
        latest_at=min(now + PERMIT_LASTS, closes or now),
        receipt_id=facts.receipt_id,
        version_id=ask.version_id,
        campaign_id=ask.campaign_id,
    )


def _hold_senders(staff_ids: Sequence[int] | set[int]) -> None:
    if staff_ids:
        _lock_senders.all(space=LOCK_SPACE, buckets=sorted({each % BUCKETS for each in staff_ids}))


def _trace_texts(*, asks: Sequence[Ask], found: Sequence[tuple[Facts, str]], now: datetime) -> dict[int, recording.TraceRef]:
    """One trace for all texts of one sender, purpose and answer; which trace names which."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, (ask, (facts, reason)) in enumerate(zip(asks, found, strict=True)):
        groups.setdefault(
            (ask.staff_id, ask.purpose, ask.how in ruling.BY_SYSTEM, reason, ruling.ground_of(ask, facts)), []
        ).append(place)
    traces: dict[int, recording.TraceRef] = {}
    for places in groups.values():
        ask, (facts, reason) = asks[places[0]], found[places[0]]
        trace = _trace(
            by=_in_the_name_of(ask, facts),
            asks=[asks[place] for place in places],
            reason=reason,
            ground=ruling.ground_of(ask, facts),
            now=now,
        )
        traces |= dict.fromkeys(places, trace)
    return traces


def _in_the_name_of(ask: Ask, facts: Facts) -> Actor:
    """The worker acts for the sender; what the system sends by itself, it sends as the system."""
    known = facts.role and ask.how not in ruling.BY_SYSTEM
    return Actor(
        staff_id=ask.staff_id,
        role=Role(facts.role) if known else Role.SYSTEM,
        city_id=ask.city_id,
        store_id=facts.staff_store_id,
        process="worker",
    )


def _trace(
    *, by: Actor, asks: Sequence[Ask], now: datetime, reason: str = "", ground: str = "", permit_id: int | None = None
) -> recording.TraceRef:
    return recording.record(
        by=by,
        action="gate.permit",
        purpose=asks[0].purpose,
        ground="" if reason else ground or "campaign",
        city_id=asks[0].city_id,
        member_ids=sorted({each.member_id for each in asks}),
        fields=list(asks[0].fields),
        reason=reason,
        denied=bool(reason),
        permit_id=permit_id,
        now=now,
    )
