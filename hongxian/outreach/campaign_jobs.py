"""What the worker does for campaigns. Every job can be repeated: a second run finds nothing left to do."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from hongxian.kernel.actor import Actor
from hongxian.org import queries as org
from hongxian.outreach import campaigns, planning


@app.task(name=campaigns.PLAN, queue=campaigns.QUEUE, pass_context=False)
def plan_campaign(city_id: int, campaign_id: int) -> None:
    """A campaign was approved, or goes on after a pause."""
    by = Actor.system(campaigns.PLAN, city_id=city_id)
    planning.plan(by=by, city_id=city_id, campaign_id=campaign_id, clock=timezone.now)


@app.task(name=campaigns.SETTLE, queue=campaigns.QUEUE, pass_context=False)
def settle_campaign(city_id: int, campaign_id: int) -> None:
    """A campaign was stopped."""
    planning.settle(city_id=city_id, campaign_id=campaign_id, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue=campaigns.QUEUE, queueing_lock="tend_campaigns", pass_context=False)
def tend_campaigns(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Plans whose worker was killed go on; campaigns that are through are done."""
    for city in org.cities():
        by = Actor.system("tend_campaigns", city_id=city.city_id)
        planning.tend(by=by, city_id=city.city_id, clock=timezone.now)
