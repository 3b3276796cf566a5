"""Campaigns as pages show them: numbers only, nobody of an audience."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.outreach import audiences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hongxian.kernel.actor import Actor
    from hongxian.pools.filtering import Filters

LISTED = 100
# What the words of a text's way are, in the order in which it goes.
STATES = ("waiting", "handing", "handed", "delivered", "failed", "unknown", "dropped", "stopped")


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign, and what became of it."""

    city_id: Annotated[int, PLAIN]
    campaign_id: Annotated[int, PLAIN]
    store_id: Annotated[int, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    store_code: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    audience: Annotated[str, PLAIN]
    filters: Annotated[str, PLAIN]
    variables: Annotated[str, PLAIN]
    version_id: Annotated[int, PLAIN]
    template: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    body: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    asked_by: Annotated[int, PLAIN]
    asked_role: Annotated[str, PLAIN]
    asker: Annotated[str, PLAIN]
    asked_at: Annotated[datetime, PLAIN]
    why: Annotated[str, PLAIN]
    decider: Annotated[str, PLAIN]
    decided_at: Annotated[datetime | None, PLAIN]
    decided_why: Annotated[str, PLAIN]
    planning_at: Annotated[datetime | None, PLAIN]
    walked: Annotated[int, PLAIN]
    planned_at: Annotated[datetime | None, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]

    @property
    def given(self) -> Mapping[str, str]:
        """What is filled into the wording."""
        found: dict[str, str] = json.loads(self.variables)
        return found


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording that campaigns may use."""

    version_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    body: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many of a campaign's texts are in one state, for one reason."""

    state: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    texts: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class _LeftOut:
    reason: str
    members: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign has come. Every member of the audience that was walked past is a text or left out."""

    walked: Annotated[int, PLAIN]
    texts: Annotated[int, PLAIN]
    by_state: Annotated[tuple[tuple[str, int], ...], PLAIN]
    dropped: Annotated[tuple[tuple[str, int], ...], PLAIN]
    left_out: Annotated[tuple[tuple[str, int], ...], PLAIN]

    @property
    def left_out_in_all(self) -> int:
        """How many got no text."""
        return self.walked - self.texts

    @property
    def through(self) -> int:
        """Texts that wait no more."""
        return self.texts - sum(count for state, count in self.by_state if state in {"waiting", "handing"})


_of_store = Statement("outreach", "campaigns_of_store", CampaignLine)
_of_company = Statement("outreach", "campaigns_of_company", CampaignLine)
_one = Statement("outreach", "campaign", CampaignLine)
_states = Statement("outreach", "campaign_states", StateCount)
_left_out = Statement("outreach", "campaign_left_out", _LeftOut)
_wordings = Statement("outreach", "campaign_versions", Wording)


def campaigns_within_reach(*, by: Actor) -> list[CampaignLine]:
    """
    The store's campaigns, a team manager's team's, headquarters' the company's; the newest first.

    :raises NotAllowed: may not read campaigns.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_READ)
    if by.store_id is None:
        return _of_company.all(most=LISTED)
    return _of_store.all(city_id=by.city_id, most=LISTED, **_reach(by))


def one(*, by: Actor, city_id: int, campaign_id: int) -> CampaignLine:
    """
    One campaign within reach.

    :raises NotAllowed: may not read campaigns.
    :raises NotFound: no such campaign within reach.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_READ)
    found = _one.one(city_id=city_id, campaign_id=campaign_id, **_reach(by)) if by.city_id in {0, city_id} else None
    if found is None:
        raise NotFound
    return found


def _reach(by: Actor) -> dict[str, int | None]:
    return {"store_id": by.store_id, "team_id": by.team_id if by.role is Role.TEAM_MANAGER else None}


def progress(*, by: Actor, campaign: CampaignLine) -> Progress:
    """
    What the plan has made of the audience, and how far its texts have come.

    :raises NotAllowed: may not read campaigns.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_READ)
    about = {"city_id": campaign.city_id, "campaign_id": campaign.campaign_id}
    counts = _states.all(at=campaign.planning_at, **about) if campaign.planning_at else []
    sums = {state: sum(each.texts for each in counts if each.state == state) for state in STATES}
    dropped = {each.reason: each.texts for each in counts if each.state == "dropped"}
    left_out = {each.reason: each.members for each in _left_out.all(**about)}
    telling = audiences.is_telling(campaign.audience, filters_of(campaign))
    return Progress(
        walked=campaign.walked,
        texts=sum(sums.values()),
        by_state=tuple((state, count) for state, count in sums.items() if count),
        dropped=audiences.told(dropped, size=campaign.walked, telling=telling),
        left_out=audiences.told(left_out, size=campaign.walked, telling=telling),
    )


def filters_of(campaign: CampaignLine) -> Filters:
    """What was asked of its audience."""
    return audiences.filters_in(json.loads(campaign.filters))


def outlook(*, by: Actor, campaign: CampaignLine, now: datetime) -> audiences.Outlook:
    """
    What would become of a campaign now, for whoever decides: see audiences.outlook.

    :raises NotAllowed: may not read campaigns.
    """
    kept = json.loads(campaign.filters)
    audience = audiences.Audience(
        city_id=campaign.city_id,
        store_id=campaign.store_id,
        team_id=campaign.team_id,
        asked_by=campaign.asked_by,
        kind=campaign.audience,
        pool_id=kept.get("pool_id"),
        filters=audiences.filters_in(kept),
    )
    purpose = audiences.PURPOSES[campaign.kind]
    return audiences.outlook(by=by, audience=audience, purpose=purpose, version_id=campaign.version_id, now=now)


def may_decide(*, by: Actor, campaign: CampaignLine) -> bool:
    """Whether this request waits for this person."""
    for_headquarters = campaign.asked_role == Role.STORE_MANAGER.value
    return (
        campaign.state == "asked"
        and campaign.asked_by != by.staff_id
        and by.may(Permission.OUTREACH_CAMPAIGN_DECIDE)
        and for_headquarters == (by.store_id is None)
    )


def wordings(*, by: Actor) -> list[Wording]:
    """
    The approved wordings that are meant for campaigns.

    :raises NotAllowed: may not ask for campaigns.
    """
    by.require(Permission.OUTREACH_CAMPAIGN_ASK)
    return _wordings.all()
