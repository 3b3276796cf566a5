"""
Campaigns (群发): texts to many. A manager asks, a second person decides, the worker plans (planning.py) and sends.

What a team manager asks for the store's manager decides, and what a store manager asks for headquarters' operations: who asks
never decides. Everything that changes a campaign takes its row first, so that a pause, a stop and a batch of the plan come
one after the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from hongxian.audit import recording
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org
from hongxian.outreach import audiences
from hongxian.outreach.audiences import LIBRARY, UNHELD, Audience
from hongxian.pools import queries as pools

if TYPE_CHECKING:
    from uuid import UUID

    from hongxian.kernel.actor import Actor
    from hongxian.pools.filtering import Filters

ASK_LASTS = timedelta(days=7)
LONGEST_NAME, LONGEST_WHY = 40, 200
PLAN, SETTLE, QUEUE = "plan_campaign", "settle_campaign", "outreach"  # the worker's: campaign_jobs.py


class CannotCampaign(Refusal):
    """Nothing has changed and nothing will be sent."""


class BadCampaign(CannotCampaign):
    """A part is missing, too long or not one of the choices."""

    code = "outreach.bad_campaign"
    message = _("请填写名称（最多 40 字）、原因（最多 200 字），选择对象和已批准的群发模板。")
    status = 422


class WordingGone(CannotCampaign):
    """The wording is not approved any more, or not for campaigns."""

    code = "outreach.campaign_wording_gone"
    message = _("这个模板版本已不可用于群发，请换一个已批准的版本重新申请。")


class NobodyThere(CannotCampaign):
    """Nobody fits."""

    code = "outreach.campaign_nobody"
    message = _("没有符合条件的会员。")
    status = 422


class OwnRequest(CannotCampaign):
    """Who asks never decides."""

    code = "outreach.campaign_own_request"
    message = _("不能批准自己的申请，需要第二个人。")
    status = 403


class NotYours(CannotCampaign):
    """A store's manager decides for the store; a store manager's own request is for headquarters, and only that."""

    code = "outreach.campaign_not_yours"
    message = _("店长的申请由运营批准，其他人的申请由本店店长批准。")
    status = 403


class DecidedAlready(CannotCampaign):
    """Somebody was quicker."""

    code = "outreach.campaign_decided"
    message = _("此申请已经有人处理。")


class Expired(CannotCampaign):
    """A week after the request."""

    code = "outreach.campaign_expired"
    message = _("申请超过 7 天没有处理，已过期，请重新申请。")


class WrongState(CannotCampaign):
    """It can't be paused, resumed or stopped as it stands."""

    code = "outreach.campaign_wrong_state"
    message = _("群发的状态已经变化，这一步现在不能做。")


@dataclass(frozen=True, slots=True)
class Held:
    """A campaign, held until the transaction ends."""

    campaign_id: int
    store_id: int
    team_id: int | None
    audience: str
    filters: str
    variables: str
    version_id: int
    state: str
    asked_by: int
    asked_role: str
    asked_at: datetime
    planning_at: datetime | None
    walked_to: int
    walked: int
    planned_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Wording:
    version_id: int
    name: str
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class _Id:
    campaign_id: int


lock = Statement("outreach", "lock_campaign", Held)
move = Command("outreach", "move_campaign")
wording = Statement("outreach", "campaign_version", _Wording)
_ask = Statement("outreach", "ask_campaign", _Id)
_asked = Statement("outreach", "campaign_by_request", _Id)
_decide = Command("outreach", "decide_campaign")


def audience_for(*, by: Actor, kind: str, pool_id: int | None, filters: Filters) -> Audience:
    """
    Whom this manager may write to: their own team's or store's people, or those of a pool within reach.

    :raises NotAllowed: may not ask for campaigns.
    :raises BadCampaign: no such audience, or a pool out of reach.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_ASK)
    team_id = by.team_id if by.role is Role.TEAM_MANAGER else None
    if by.store_id is None or (by.role is Role.TEAM_MANAGER and team_id is None):
        raise BadCampaign
    within_reach = {each.pool_id for each in pools.pools_of(by=by)} if kind == UNHELD else {None}
    if kind not in {LIBRARY, UNHELD} or pool_id not in within_reach:
        raise BadCampaign
    return Audience(by.city_id, by.store_id, team_id, by.staff_id, kind, pool_id, filters)


def purpose_of(*, version_id: int) -> str:
    """
    What a wording is sent for.

    :raises WordingGone: it is not approved, or not for campaigns.
    """
    found = wording.one(version_id=version_id)
    if found is None:
        raise WordingGone
    return audiences.PURPOSES[found.kind]


def ask(
    *,
    by: Actor,
    name: str,
    why: str,
    audience: Audience,
    version_id: int,
    request_key: UUID,
    now: datetime,
) -> int:
    """
    A manager asks for texts to many; the request's number. `request_key` makes a second press harmless.

    :raises NotAllowed: may not ask for campaigns.
    :raises BadCampaign: a part is missing or too long.
    :raises WordingGone: the wording is not approved, or not for campaigns.
    :raises NobodyThere: nobody fits.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_ASK)
    own = by.store_id is not None and (audience.city_id, audience.store_id, audience.asked_by) == (
        by.city_id,
        by.store_id,
        by.staff_id,
    )
    fits = 0 < len(name.strip()) <= LONGEST_NAME and 0 < len(why.strip()) <= LONGEST_WHY
    if not own or not fits:
        raise BadCampaign
    with transaction.atomic():
        purpose = purpose_of(version_id=version_id)
        if not audience.page(after=0, most=1, now=now):
            raise NobodyThere
        made = _ask.one(
            city_id=by.city_id,
            store_id=by.store_id,
            team_id=audience.team_id,
            staff_id=by.staff_id,
            role=by.role.value,
            name=name.strip(),
            why=why.strip(),
            audience=audience.kind,
            filters=Jsonb(audience.kept()),
            variables=Jsonb(filled_in(by=by)),
            version_id=version_id,
            request_key=request_key,
            now=now,
        )
        if made is not None:
            trace(by=by, city_id=by.city_id, what=f"asked {made.campaign_id}", purpose=purpose, now=now)
    made = made or _asked.one(city_id=by.city_id, request_key=request_key, staff_id=by.staff_id)
    if made is None:  # the key is another person's
        raise BadCampaign
    return made.campaign_id


def filled_in(*, by: Actor) -> dict[str, str]:
    """What the wording's places are filled with, beside the form of address: the store and its city."""
    return {"store": by.store_name, "city": next((city.name for city in org.cities() if city.city_id == by.city_id), "")}


def approve(*, by: Actor, city_id: int, campaign_id: int, now: datetime) -> None:
    """
    A second person agrees; the worker plans and sends it.

    :raises NotAllowed: may not decide on campaigns.
    :raises NotFound: no such campaign within reach.
    :raises OwnRequest: who asks never decides; the try is recorded.
    :raises NotYours: it is for somebody else to decide.
    :raises DecidedAlready: somebody was quicker.
    :raises Expired: asked more than a week ago.
    :raises WordingGone: the wording is not approved any more.
    """
    _decide_on(by=by, city_id=city_id, campaign_id=campaign_id, why="", state="approved", now=now)


def refuse(*, by: Actor, city_id: int, campaign_id: int, why: str, now: datetime) -> None:
    """
    A second person says no, with a reason.

    :raises NotAllowed: may not decide on campaigns.
    :raises NotFound: no such campaign within reach.
    :raises BadCampaign: without a reason.
    :raises OwnRequest: who asks never decides; the try is recorded.
    :raises NotYours: it is for somebody else to decide.
    :raises DecidedAlready: somebody was quicker.
    """
    _decide_on(by=by, city_id=city_id, campaign_id=campaign_id, why=why.strip(), state="refused", now=now)


def _decide_on(*, by: Actor, city_id: int, campaign_id: int, why: str, state: str, now: datetime) -> None:
    by.require(Permission.OUTREACH_CAMPAIGN_DECIDE)
    with transaction.atomic():
        known = _within_reach(by=by, city_id=city_id, campaign_id=campaign_id)
        if state == "refused" and not 0 < len(why) <= LONGEST_WHY:
            raise BadCampaign(_("请写明不批准的原因，最多 200 字。"))
        denial = _denial(by=by, known=known)
        if denial is None:
            _may_become(known, state, now)
            _decide.run(city_id=city_id, campaign_id=campaign_id, staff_id=by.staff_id, state=state, why=why, now=now)
            if state == "approved":
                _put_in_line(PLAN, city_id=city_id, campaign_id=campaign_id)
        trace(
            by=by,
            city_id=city_id,
            what=f"{denial.code if denial else state} {campaign_id}",
            purpose=_purpose(known),
            denied=denial is not None,
            now=now,
        )
    if denial is not None:
        raise denial


def _denial(*, by: Actor, known: Held) -> Refusal | None:
    """Who asks never decides; a store manager's request is for headquarters alone, everybody else's for the store's manager."""
    if known.asked_by == by.staff_id:
        return OwnRequest()
    for_headquarters = known.asked_role == Role.STORE_MANAGER.value
    return None if for_headquarters == (by.store_id is None) else NotYours()


def _may_become(known: Held, state: str, now: datetime) -> None:
    if known.state != "asked":
        raise DecidedAlready
    if state == "approved":
        if known.asked_at <= now - ASK_LASTS:
            raise Expired
        purpose_of(version_id=known.version_id)


def pause(*, by: Actor, city_id: int, campaign_id: int, now: datetime) -> None:
    """
    Holds a campaign up (暂停): the batch in hand is finished, the next one does not begin.

    :raises NotAllowed: may not.
    :raises NotFound: no such campaign within reach.
    :raises WrongState: it is not under way.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_READ)
    _step(by=by, city_id=city_id, campaign_id=campaign_id, states=("approved", "planning", "sending"), state="paused", now=now)


def resume(*, by: Actor, city_id: int, campaign_id: int, now: datetime) -> None:
    """
    Lets a paused campaign go on where it was.

    :raises NotAllowed: may not decide on campaigns.
    :raises NotFound: no such campaign within reach.
    :raises WrongState: it is not paused.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_DECIDE)
    _step(by=by, city_id=city_id, campaign_id=campaign_id, states=("paused",), state="", now=now)


def stop(*, by: Actor, city_id: int, campaign_id: int, now: datetime) -> None:
    """
    Ends a campaign for good (停止): what waits is never sent.

    :raises NotAllowed: may not.
    :raises NotFound: no such campaign within reach.
    :raises WrongState: it has not begun, or has ended.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_READ)
    states = ("approved", "planning", "sending", "paused")
    _step(by=by, city_id=city_id, campaign_id=campaign_id, states=states, state="stopped", now=now)


def _step(*, by: Actor, city_id: int, campaign_id: int, states: tuple[str, ...], state: str, now: datetime) -> None:
    """To another state; an empty `state` is where a paused one was."""
    with transaction.atomic():
        known = _within_reach(by=by, city_id=city_id, campaign_id=campaign_id)
        if known.state not in states:
            raise WrongState
        after = state or ("sending" if known.planned_at else "planning")
        move.run(city_id=city_id, campaign_id=campaign_id, state=after, now=now)
        trace(by=by, city_id=city_id, what=f"{after} {campaign_id}", purpose=_purpose(known), now=now)
        if after == "planning":
            _put_in_line(PLAN, city_id=city_id, campaign_id=campaign_id)
        if after == "stopped":
            _put_in_line(SETTLE, city_id=city_id, campaign_id=campaign_id)


def _put_in_line(task: str, *, city_id: int, campaign_id: int) -> None:
    """In the surrounding transaction."""
    app.configure_task(task, queue=QUEUE).defer(city_id=city_id, campaign_id=campaign_id)


def _within_reach(*, by: Actor, city_id: int, campaign_id: int) -> Held:
    """A store's people reach the store's campaigns, a team manager those of the team, headquarters all."""
    known = lock.one(city_id=city_id, campaign_id=campaign_id)
    if known is None or by.city_id not in {0, city_id} or by.store_id not in {None, known.store_id}:
        raise NotFound
    if by.role is Role.TEAM_MANAGER and known.team_id != by.team_id:
        raise NotFound
    return known


def audience_of(known: Held, *, city_id: int) -> Audience:
    """Whom a campaign is meant for."""
    kept: dict[str, Any] = json.loads(known.filters)
    return Audience(
        city_id=city_id,
        store_id=known.store_id,
        team_id=known.team_id,
        asked_by=known.asked_by,
        kind=known.audience,
        pool_id=kept.get("pool_id"),
        filters=audiences.filters_in(kept),
    )


def _purpose(known: Held) -> str:
    found = wording.one(version_id=known.version_id)
    return audiences.PURPOSES[found.kind] if found else "outreach.sms"


def trace(*, by: Actor, city_id: int, what: str, purpose: str, now: datetime, denied: bool = False) -> None:
    """What happened to a campaign, or was tried with it; about no single member: each text has a trace of its own when it leaves."""
    recording.record(by=by, action="campaign", purpose=purpose, city_id=city_id, reason=what, denied=denied, now=now)
