"""
Sending what waits (发送): pick, ask the gate, ask the keeper, say that it may leave, hand over, say what came of it.

1. `prepare` picks texts of one city and has the gate decide each; what it denies is dropped. It commits, for the keeper answers
   committed traces only; then it opens numbers and forms of address against the permits. The texts still wait: who is killed
   here loses nothing, and they are decided anew.
2. `hand_over` writes `handing` and commits: from here on a text may have left. Then it holds the members against every "no" and
   withdrawal (consent/ordering.py), looks once more, asks the gateway once for each and writes what it said. A "no" that has
   committed is never followed by a hand over; one that comes meanwhile waits for the end of this batch, which is why batches
   are small.

Whoever is killed in there leaves texts in `handing`: settling.py makes them unknown, and nobody sends them again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
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
# How many members are held at a time while their texts are handed over: who says no waits for these at most.
SHARE = 25
# A permit lives a minute: what has not been handed over by then is decided anew.
STALE = timedelta(seconds=45)


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
    """A text in words, with its number and its permit."""

    text: Waiting
    permit_id: int
    number: str
    words: str
    parts: int


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """A batch of one city that may be handed over while its permits last."""

    city_id: int
    at: datetime
    ready: list[Ready]

    @property
    def ids(self) -> list[int]:
        """The texts in it."""
        return [each.text.message_id for each in self.ready]


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
class _Handing:
    message_id: int


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
_handing = Statement("outreach", "texts_handing", _Handing)
_dropped = Statement("outreach", "texts_dropped", _Handing)
_again = Command("outreach", "texts_again")
_handed = Command("outreach", "texts_handed")


def cities(*, now: datetime) -> list[int]:
    """Cities in which a text waits and it is neither too early nor too late to send one. Elsewhere they wait on."""
    return [row.city_id for row in _cities.all() if _awake(row, now)]


def _awake(city: City, now: datetime) -> bool:
    limits = gate.limits(city_id=city.city_id, now=now)
    return limits.first_hour <= now.astimezone(ZoneInfo(city.timezone)).hour < limits.end_hour


def prepare(*, city_id: int, now: datetime, most: int = BATCH, skipped: Sequence[int] = ()) -> Picked:
    """
    Takes up what has waited longest, people's own texts before campaigns', and opens what may leave.

    `skipped` are texts that are prepared already and have not been handed over.

    :raises vault.asking.KeeperAway: the texts wait on.
    """
    if not asking.gives_numbers():  # so the gate isn't asked: permits that nobody uses would count, and the caps would be full
        raise asking.KeeperAway
    with transaction.atomic():
        texts = _pick(city_id=city_id, most=most, skipped=list(skipped))
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
    return Picked(taken=len(texts), prepared=_open(city_id=city_id, allowed=allowed, now=now))


def _pick(*, city_id: int, most: int, skipped: list[int]) -> list[Waiting]:
    texts = _next.all(city_id=city_id, most=most, skipped=skipped)
    for campaign in _campaigns.all(city_id=city_id):
        if len(texts) >= most:
            break
        texts += _next_of_campaign.all(city_id=city_id, campaign_id=campaign.campaign_id, most=most - len(texts), skipped=skipped)
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
    except asking.KeeperDenied:  # not one of them any more
        opened = {}
    ready, dropped = [], []
    stores = {store.store_id: store.name for store in org.stores()}
    for text, verdict in allowed:
        permit_id = verdict.permit_id or 0
        found = opened.get(permit_id)
        if not found:
            dropped.append((text, "keeper"))
            continue
        try:
            words = _words(text, found, stores.get(text.store_id or 0, ""))
        except rendering.Unrenderable:
            dropped.append((text, "unrenderable"))
            continue
        parts = rendering.parts_of(words).count
        ready.append(Ready(text=text, permit_id=permit_id, number=found["number"], words=words, parts=parts))
    if dropped:
        with transaction.atomic():
            going = _going(city_id, [text for text, _ in dropped])  # of others the keeper says nothing, and they wait on
            dropped = [(text, reason) for text, reason in dropped if text.campaign_id in going]
            _drop(city_id=city_id, dropped=dropped, handing_at=None, now=now)
    return Prepared(city_id=city_id, at=now, ready=ready)


def _words(text: Waiting, opened: Mapping[str, str], store: str) -> str:
    variables = text.variables if isinstance(text.variables, dict) else json.loads(text.variables)
    return rendering.render(
        body=_body_of(text.version_id),
        variables=variables,
        alias=opened.get("alias", ""),
        store=store,
        opt_out_url=stop_links.address(opened),
    )


def shares_of(prepared: Prepared) -> list[Prepared]:
    """The same batch in shares, each to be handed over by itself."""
    ready = prepared.ready
    return [
        Prepared(city_id=prepared.city_id, at=prepared.at, ready=ready[start : start + SHARE])
        for start in range(0, len(ready), SHARE)
    ]


def hand_over(*, prepared: Prepared, gateway: TextGateway, now: datetime) -> int:
    """Hands a batch over, unless something was said against it meanwhile; how many texts the gateway could not take now."""
    begun = _begin(prepared, gateway=gateway.name, now=now)
    if not begun:
        return 0
    with transaction.atomic():
        going = _going(prepared.city_id, [each.text for each in begun])
        begun = _without_held_up(prepared.city_id, begun, going)
        held = _hold_all(prepared.city_id, begun, now=now)
        ours = [each for each in begun if each.text.message_id in held]
        fit = [each for each in ours if held[each.text.message_id].fit]
        unfit = [(each.text, "refused_meanwhile") for each in ours if not held[each.text.message_id].fit]
        _drop(city_id=prepared.city_id, dropped=unfit, handing_at=now, now=now)
        batch = [_outgoing(prepared.city_id, each, held[each.text.message_id].number_hash) for each in fit]
        results = gateway.hand_over(batch, now=now) if batch else []
        _write(city_id=prepared.city_id, fit=fit, results=results, now=now)
    return sum(result.answer == port.AWAY for result in results)


def _begin(prepared: Prepared, *, gateway: str, now: datetime) -> list[Ready]:
    """Written and committed before the gateway is asked. What nobody let stop, or take up, meanwhile."""
    if not prepared.ready or now - prepared.at > STALE:
        return []
    rows = _handing.all(
        permit_ids=[each.permit_id for each in prepared.ready],
        gateway=gateway,
        now=now,
        **_keys(prepared.city_id, [each.text for each in prepared.ready]),
    )
    begun = {row.message_id for row in rows}
    return [each for each in prepared.ready if each.text.message_id in begun]


def _going(city_id: int, texts: Sequence[Waiting]) -> set[int | None]:
    """
    Of the campaigns of a batch those that are being sent, and None for people's own texts.

    The campaigns are held until this batch is through: after a pause or a stop that has been told nothing is handed over.
    """
    ids = sorted({text.campaign_id for text in texts if text.campaign_id})
    found = _hold_campaigns.all(city_id=city_id, campaign_ids=ids) if ids else []
    return {None, *(row.campaign_id for row in found if row.state == "sending")}


def _without_held_up(city_id: int, begun: Sequence[Ready], going: set[int | None]) -> list[Ready]:
    """Texts of campaigns that were paused or stopped meanwhile wait again."""
    back = [each.text for each in begun if each.text.campaign_id not in going]
    if back:
        _again.run(**_keys(city_id, back))
    return [each for each in begun if each.text.campaign_id in going]


def _hold_all(city_id: int, begun: Sequence[Ready], *, now: datetime) -> dict[int, _Held]:
    """The texts of a batch that are still being handed over, with whether they still may be; held with their members."""
    if not begun:
        return {}
    ordering.hold_some(city_id=city_id, member_ids=[each.text.member_id for each in begun])
    purposes = sorted({each.text.purpose for each in begun})
    rows = _hold.all(
        purposes=purposes,
        notice_hashes=[catalogue().purposes[purpose].notice_hash for purpose in purposes],
        today=day_of(now),
        **_keys(city_id, [each.text for each in begun]),
    )
    return {row.message_id: row for row in rows}


def _outgoing(city_id: int, each: Ready, number_hash: str) -> port.Outgoing:
    ref = port.Ref(city_id=city_id, at=each.text.at, id=each.text.message_id)
    return port.Outgoing(ref=ref, number=each.number, text=each.words, number_hash=number_hash)


def _write(*, city_id: int, fit: Sequence[Ready], results: Sequence[Result], now: datetime) -> None:
    answered = list(zip(fit, results, strict=True))
    away = [each.text for each, result in answered if result.answer == port.AWAY]
    if away:
        _again.run(**_keys(city_id, away))
    said = [(each, *_state_of(result)) for each, result in answered if result.answer != port.AWAY]
    if not said:
        return
    _handed.run(
        states=[state for _, state, _ in said],
        reasons=[reason for _, _, reason in said],
        parts=[each.parts for each, _, _ in said],
        now=now,
        **_keys(city_id, [each.text for each, _, _ in said]),
    )
    changes = [_change(each.text, was="handing", state=state, moment=now, parts=each.parts) for each, state, _ in said]
    counting.add(city_id=city_id, changes=changes)


def _state_of(result: Result) -> tuple[str, str]:
    if result.answer == port.TAKEN:
        return ("delivered" if result.delivered else "handed"), ""
    if result.answer == port.REFUSED:
        return "failed", f"gateway {result.code}".strip()
    return "unknown", result.code or "no_answer"


def _drop(*, city_id: int, dropped: Sequence[tuple[Waiting, str]], handing_at: datetime | None, now: datetime) -> None:
    if not dropped:
        return
    rows = _dropped.all(reasons=[reason for _, reason in dropped], now=now, **_keys(city_id, [text for text, _ in dropped]))
    gone = {row.message_id for row in rows}  # all, but for what a campaign's end took away meanwhile
    was, moment = ("handing", handing_at) if handing_at else ("waiting", now)
    changes = [_change(text, was=was, state="dropped", moment=moment) for text, _ in dropped if text.message_id in gone]
    counting.add(city_id=city_id, changes=changes)


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
