"""
Sending what waits (发送): pick, ask the gate, say so, ask the keeper, hand over, say so.

Two transactions a batch, and the gateway between them is asked at most once for each text:

1. `prepare` picks texts of one city, has the gate decide each, and writes `handing` or `dropped`. It commits, for the keeper
   answers committed traces only; then it opens numbers and forms of address against the permits.
2. `hand_over` holds the members against every "no" and withdrawal (consent/ordering.py), looks once more, asks the gateway
   and writes what it said. A "no" that has committed is never followed by a hand over; one that comes meanwhile waits for the
   end of this batch, which is why batches are small.

Whoever is killed in between leaves texts in `handing`: settling.py makes them unknown, and nobody sends them again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from hongxian.consent import ordering
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org
from hongxian.outreach import counting, gate, stop_links, texting
from hongxian.outreach.gateways import port, rendering
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hongxian.outreach.gateways.port import Result, TextGateway

BATCH = 100


@dataclass(frozen=True, slots=True)
class City:
    """Where texts wait, and whose hours hold there."""

    city_id: int
    timezone: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text whose turn has come."""

    at: datetime
    message_id: int
    member_id: int
    staff_id: int
    team_id: int | None
    store_id: int | None
    how: str
    purpose: str
    version_id: int
    campaign_id: int | None
    variables: Any
    latest_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Ready:
    """A text in words, with its number."""

    text: Waiting
    number: str
    words: str
    parts: int


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """A batch of one city that is being handed over. `dropped` are the texts that do not go out after all, with the reason."""

    city_id: int
    at: datetime
    ready: list[Ready]
    dropped: list[tuple[Waiting, str]]


@dataclass(frozen=True, slots=True)
class Picked:
    """How a turn went: texts taken up, and of these the batch that can leave."""

    taken: int
    prepared: Prepared | None = None


@dataclass(frozen=True, slots=True)
class _Campaign:
    campaign_id: int


@dataclass(frozen=True, slots=True)
class _CampaignState:
    campaign_id: int
    state: str


@dataclass(frozen=True, slots=True)
class _Held:
    message_id: int
    number_hash: str
    fit: bool


_cities = Statement("outreach", "cities_waiting", City)
_next = Statement("outreach", "next_texts", Waiting)
_next_of_campaign = Statement("outreach", "next_texts_of_campaign", Waiting)
_campaigns = Statement("outreach", "campaigns_sending", _Campaign)
_hold = Statement("outreach", "hold_texts", _Held)
_hold_campaigns = Statement("outreach", "hold_campaigns", _CampaignState)
_handing = Command("outreach", "texts_handing")
_dropped = Command("outreach", "texts_dropped")
_again = Command("outreach", "texts_again")
_handed = Command("outreach", "texts_handed")


def cities(*, now: datetime) -> list[int]:
    """Cities in which a text waits and it is neither too early nor too late to send one. Elsewhere they wait on."""
    return [row.city_id for row in _cities.all() if _awake(row.timezone, now)]


def _awake(timezone: str, now: datetime) -> bool:
    return gate.FIRST_HOUR <= now.astimezone(ZoneInfo(timezone)).hour < gate.END_HOUR


def prepare(*, city_id: int, gateway: str, now: datetime, most: int = BATCH) -> Picked:
    """
    Takes up what has waited longest, people's own texts before campaigns', and opens what may leave.

    :raises vault.asking.KeeperAway: the texts wait again.
    """
    with transaction.atomic():
        texts = _pick(city_id=city_id, most=most)
        if not texts:
            return Picked(taken=0)
        late = [text for text in texts if text.latest_at <= now]
        timely = [text for text in texts if text.latest_at > now]
        verdicts = gate.permit_texts(city_id=city_id, messages=[_asked(text) for text in timely], now=now) if timely else []
        allowed = [(text, verdict) for text, verdict in zip(timely, verdicts, strict=True) if verdict.allowed]
        denied = [(text, verdict.reason) for text, verdict in zip(timely, verdicts, strict=True) if not verdict.allowed]
        _drop(city_id=city_id, dropped=[*denied, *((text, "late") for text in late)], handing_at=None, now=now)
        if not allowed:
            return Picked(taken=len(texts))
        _handing.run(
            permit_ids=[verdict.permit_id for _, verdict in allowed],
            gateway=gateway,
            now=now,
            **_keys(city_id, [text for text, _ in allowed]),
        )
    return Picked(taken=len(texts), prepared=_open(city_id=city_id, allowed=allowed, now=now))


def _pick(*, city_id: int, most: int) -> list[Waiting]:
    texts = _next.all(city_id=city_id, most=most)
    for campaign in _campaigns.all(city_id=city_id):
        if len(texts) >= most:
            break
        texts += _next_of_campaign.all(city_id=city_id, campaign_id=campaign.campaign_id, most=most - len(texts))
    return texts


def _asked(text: Waiting) -> gate.Text:
    return gate.Text(
        at=text.at,
        id=text.message_id,
        member_id=text.member_id,
        staff_id=text.staff_id,
        how=text.how,
        purpose=text.purpose,
        version_id=text.version_id,
        campaign_id=text.campaign_id,
    )


def _open(*, city_id: int, allowed: Sequence[tuple[Waiting, gate.Verdict]], now: datetime) -> Prepared:
    """Numbers and forms of address of what is allowed, against the permits; what the keeper leaves out is dropped."""
    pairs = [(verdict.trace, verdict.permit_id) for _, verdict in allowed if verdict.trace and verdict.permit_id]
    try:
        opened = asking.numbers(pairs)
    except asking.KeeperAway:
        _again.run(**_keys(city_id, [text for text, _ in allowed]))
        raise
    except asking.KeeperDenied:  # not one of them any more
        opened = {}
    ready, dropped = [], []
    stores = {store.store_id: store.name for store in org.stores()}
    for text, verdict in allowed:
        found = opened.get(verdict.permit_id or 0)
        try:
            words = _words(text, found, stores.get(text.store_id or 0, "")) if found else ""
        except rendering.Unrenderable:
            dropped.append((text, "unrenderable"))
            continue
        if found and words:
            ready.append(Ready(text=text, number=found["number"], words=words, parts=rendering.parts_of(words).count))
        else:
            dropped.append((text, "keeper"))
    return Prepared(city_id=city_id, at=now, ready=ready, dropped=dropped)


def _words(text: Waiting, opened: Mapping[str, str], store: str) -> str:
    variables = text.variables if isinstance(text.variables, dict) else json.loads(text.variables)
    return rendering.render(
        body=_body_of(text.version_id),
        variables=variables,
        alias=opened.get("alias", ""),
        store=store,
        opt_out_url=stop_links.address(opened),
    )


def hand_over(*, prepared: Prepared, gateway: TextGateway, now: datetime) -> int:
    """Hands a batch over, unless something was said against it meanwhile; how many texts the gateway could not take now."""
    with transaction.atomic():
        prepared = _without_held_up(prepared)
        held = _hold_all(prepared, now=now)
        ours = [each for each in prepared.ready if each.text.message_id in held]
        fit = [each for each in ours if held[each.text.message_id][0]]
        unfit = [(each.text, "refused_meanwhile") for each in ours if not held[each.text.message_id][0]]
        dropped = [each for each in prepared.dropped if each[0].message_id in held]
        _drop(city_id=prepared.city_id, dropped=[*dropped, *unfit], handing_at=prepared.at, now=now)
        results = (
            gateway.hand_over([_outgoing(prepared.city_id, each, held[each.text.message_id][1]) for each in fit], now=now)
            if fit
            else []
        )
        _write(prepared=prepared, fit=fit, results=results, now=now)
    return sum(result.answer == port.AWAY for result in results)


def _without_held_up(prepared: Prepared) -> Prepared:
    """
    Texts of campaigns that were paused or stopped meanwhile wait again, whatever the keeper said of them.

    The campaigns are held until this batch is through: after a pause or a stop that has been told nothing is handed over.
    """
    every = [each.text for each in prepared.ready] + [text for text, _ in prepared.dropped]
    ids = sorted({text.campaign_id for text in every if text.campaign_id})
    found = _hold_campaigns.all(city_id=prepared.city_id, campaign_ids=ids) if ids else []
    going = {None, *(row.campaign_id for row in found if row.state == "sending")}
    back = [text for text in every if text.campaign_id not in going]
    if not back:
        return prepared
    _again.run(**_keys(prepared.city_id, back))
    return Prepared(
        city_id=prepared.city_id,
        at=prepared.at,
        ready=[each for each in prepared.ready if each.text.campaign_id in going],
        dropped=[(text, reason) for text, reason in prepared.dropped if text.campaign_id in going],
    )


def put_back(*, prepared: Prepared) -> None:
    """A batch that surely nobody has tried to hand over waits again."""
    texts = [each.text for each in prepared.ready] + [text for text, _ in prepared.dropped]
    if texts:
        _again.run(**_keys(prepared.city_id, texts))


def _hold_all(prepared: Prepared, *, now: datetime) -> dict[int, tuple[bool, str]]:
    """Which texts of a batch are still being handed over, by us; each with whether it still may be."""
    texts = [each.text for each in prepared.ready] + [text for text, _ in prepared.dropped]
    if not texts:
        return {}
    ordering.hold_some(city_id=prepared.city_id, member_ids=[text.member_id for text in texts])
    purposes = sorted({text.purpose for text in texts})
    rows = _hold.all(
        city_id=prepared.city_id,
        ats=sorted({text.at for text in texts}),
        message_ids=[text.message_id for text in texts],
        purposes=purposes,
        notice_hashes=[catalogue().purposes[purpose].notice_hash for purpose in purposes],
        today=day_of(now),
    )
    return {row.message_id: (row.fit, row.number_hash) for row in rows}


def _outgoing(city_id: int, each: Ready, number_hash: str) -> port.Outgoing:
    ref = port.Ref(city_id=city_id, at=each.text.at, id=each.text.message_id)
    return port.Outgoing(ref=ref, number=each.number, text=each.words, number_hash=number_hash)


def _write(*, prepared: Prepared, fit: Sequence[Ready], results: Sequence[Result], now: datetime) -> None:
    answered = list(zip(fit, results, strict=True))
    away = [each.text for each, result in answered if result.answer == port.AWAY]
    if away:
        _again.run(**_keys(prepared.city_id, away))
    said = [(each, *_state_of(result)) for each, result in answered if result.answer != port.AWAY]
    if not said:
        return
    _handed.run(
        states=[state for _, state, _ in said],
        reasons=[reason for _, _, reason in said],
        parts=[each.parts for each, _, _ in said],
        now=now,
        **_keys(prepared.city_id, [each.text for each, _, _ in said]),
    )
    changes = [_change(each.text, was="handing", state=state, moment=prepared.at, parts=each.parts) for each, state, _ in said]
    counting.add(city_id=prepared.city_id, changes=changes)


def _state_of(result: Result) -> tuple[str, str]:
    if result.answer == port.TAKEN:
        return ("delivered" if result.delivered else "handed"), ""
    if result.answer == port.REFUSED:
        return "failed", f"gateway {result.code}".strip()
    return "unknown", result.code or "no_answer"


def _drop(*, city_id: int, dropped: Sequence[tuple[Waiting, str]], handing_at: datetime | None, now: datetime) -> None:
    if not dropped:
        return
    _dropped.run(reasons=[reason for _, reason in dropped], now=now, **_keys(city_id, [text for text, _ in dropped]))
    was, moment = ("handing", handing_at) if handing_at else ("waiting", now)
    counting.add(city_id=city_id, changes=[_change(text, was=was, state="dropped", moment=moment) for text, _ in dropped])


def _change(text: Waiting, *, was: str, state: str, moment: datetime, parts: int | None = None) -> counting.Change:
    return counting.Change(
        staff_id=text.staff_id,
        store_id=text.store_id,
        team_id=text.team_id,
        version_id=text.version_id,
        how=text.how,
        moment=moment,
        was=was,
        state=state,
        parts=parts,
    )


def _keys(city_id: int, texts: Sequence[Waiting]) -> dict[str, Any]:
    """How a batch of texts is named in a statement; the span of `at` spares it the other months."""
    return {
        "city_id": city_id,
        "ats": [text.at for text in texts],
        "message_ids": [text.message_id for text in texts],
        "first": min(text.at for text in texts),
        "last": max(text.at for text in texts),
    }


_bodies: dict[int, str] = {}


def _body_of(version_id: int) -> str:
    """A wording never changes; the gate has just asked whether it is still approved."""
    if version_id not in _bodies:
        found = texting.version_of.one(version_id=version_id)
        _bodies[version_id] = found.body if found else ""
    return _bodies[version_id]
