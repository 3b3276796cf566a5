"""
Planning a campaign: the worker walks through its audience and queues a text for everybody whom the gate would let through now.

A batch is one transaction: it takes the campaign's row, reads the next members above the mark, asks the gate about all of them at
once, queues, counts who is left out for which reason, and moves the mark. A killed worker's batch never was; whoever goes on begins
at the mark. A pause or a stop waits for the batch in hand. The gate decides again when each text leaves.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org
from hongxian.outreach import audiences, campaigns

if TYPE_CHECKING:
    from collections.abc import Callable

UNDER_WAY = ("approved", "planning")
TEXTS_LAST = timedelta(days=3)
STOPPED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Due:
    """A campaign on which there is work."""

    campaign_id: int


_queue = Command("outreach", "queue_campaign_batch")
_leave_out = Command("outreach", "add_left_out")
_advance = Command("outreach", "advance_campaign")
_stop_texts = Command("outreach", "stop_texts")
_end = Command("outreach", "end_campaigns")
_to_plan = Statement("outreach", "campaigns_to_plan", Due)
_to_settle = Statement("outreach", "campaigns_to_settle", Due)


def plan(*, by: Actor, city_id: int, campaign_id: int, clock: Callable[[], datetime]) -> int:
    """Plans to the end, or until somebody pauses or stops it; how many members it walked past."""
    walked = 0
    while (batch := plan_batch(by=by, city_id=city_id, campaign_id=campaign_id, now=clock())) is not None:
        walked += batch
    return walked


def plan_batch(*, by: Actor, city_id: int, campaign_id: int, now: datetime) -> int | None:
    """The next batch, in one transaction; None when there is nothing to plan, or nothing any more."""
    with transaction.atomic():
        known = campaigns.lock.one(city_id=city_id, campaign_id=campaign_id)
        if known is None or known.state not in UNDER_WAY:
            return None
        asker = org.actor(staff_id=known.asked_by, today=day_of(now), process=by.process)
        wording = campaigns.wording.one(version_id=known.version_id)
        if wording is None or asker is None or not _still_asks(asker, known):
            what = "wording_gone" if wording is None else "asker_gone"
            campaigns.move.run(city_id=city_id, campaign_id=campaign_id, state="stopped", now=now)
            campaigns.trace(by=by, city_id=city_id, what=f"{what} {campaign_id}", purpose="outreach.sms", denied=True, now=now)
            return None
        return _do(known, asker=asker, city_id=city_id, purpose=audiences.PURPOSES[wording.kind], now=now)


def _still_asks(asker: Actor, known: campaigns.Held) -> bool:
    """Whoever has left, moved to another store or lost the training or the agreement has nothing planned any more."""
    return asker.may(Permission.OUTREACH_CAMPAIGN_ASK) and asker.store_id == known.store_id


def _do(known: campaigns.Held, *, asker: Actor, city_id: int, purpose: str, now: datetime) -> int:
    about = {"city_id": city_id, "campaign_id": known.campaign_id}
    audience = campaigns.audience_of(known, city_id=city_id)
    members = audience.page(after=known.walked_to, most=audiences.BATCH, now=now)
    reasons = audiences.sifted(
        by=asker, audience=audience, members=members, purpose=purpose, version_id=known.version_id, now=now
    )
    chosen = [each for each in members if not reasons[each.member_id]]
    at = known.planning_at or now
    _queue.run(
        **about,
        at=at,
        store_id=known.store_id,
        purpose=purpose,
        version_id=known.version_id,
        variables=known.variables,
        latest_at=at + TEXTS_LAST,
        member_ids=[each.member_id for each in chosen],
        staff_ids=[each.staff_id for each in chosen],
        team_ids=[each.team_id for each in chosen],
    )
    left_out = Counter(reason for reason in reasons.values() if reason)
    _leave_out.run(**about, reasons=list(left_out), counts=list(left_out.values()))
    _advance.run(
        **about,
        now=now,
        last=len(members) < audiences.BATCH,
        walked_to=members[-1].member_id if members else known.walked_to,
        members=len(members),
    )
    return len(members)


def settle(*, city_id: int, campaign_id: int, now: datetime) -> int:
    """What a stopped campaign still has waiting becomes `stopped`; how many. May be repeated."""
    stopped, more = 0, True
    while more:
        with transaction.atomic():
            known = campaigns.lock.one(city_id=city_id, campaign_id=campaign_id)
            if known is None or known.state != "stopped" or known.planning_at is None:
                return stopped
            done = _stop_texts.run(city_id=city_id, campaign_id=campaign_id, at=known.planning_at, now=now, most=STOPPED_AT_ONCE)
        stopped, more = stopped + done, done > 0
    return stopped


def tend(*, by: Actor, city_id: int, clock: Callable[[], datetime]) -> int:
    """What a killed worker left: plans go on, stopped texts are stopped; campaigns that are through are done."""
    done = sum(plan(by=by, city_id=city_id, campaign_id=each.campaign_id, clock=clock) for each in _to_plan.all(city_id=city_id))
    for each in _to_settle.all(city_id=city_id):
        done += settle(city_id=city_id, campaign_id=each.campaign_id, now=clock())
    return done + _end.run(city_id=city_id, now=clock())
