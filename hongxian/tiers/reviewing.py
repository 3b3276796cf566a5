"""Reviewing (级别评定): the worker proposes each month for every consultant; the store manager decides, with a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org
from hongxian.org import rules, staffing
from hongxian.outreach import results as outreach
from hongxian.rights import counting as rights
from hongxian.sales import queries as sales
from hongxian.tiers import judging
from hongxian.visits import queries as visits

SHOWN = timedelta(days=200)
LONGEST_WHY = 200


class WhyMissing(Refusal):
    """Every decision says why."""

    code = "tiers.why_missing"
    message = _("请写明为什么这样决定。")
    status = 422


class TooFar(Refusal):
    """One step at a time."""

    code = "tiers.too_far"
    message = _("一次只能升一级或降一级。")
    status = 422


class Moved(Refusal):
    """The consultant isn't what and where the review found them."""

    code = "tiers.moved"
    message = _("这位顾问已经调动、离职或换了级别，这条建议作废。")


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A consultant's month as the manager sees it: counts, the proposal and its reason, and the decision."""

    review_id: Annotated[int, PLAIN]
    month: Annotated[date, PLAIN]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    team_name: Annotated[str, PLAIN]
    tier_before: Annotated[str, PLAIN]
    tier_proposed: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    score: Annotated[int | None, PLAIN]
    calls: Annotated[int, PLAIN]
    connects: Annotated[int, PLAIN]
    interested: Annotated[int, PLAIN]
    arrived: Annotated[int, PLAIN]
    contracts: Annotated[int, PLAIN]
    refusals: Annotated[int, PLAIN]
    complaints: Annotated[int, PLAIN]
    tier_decided: Annotated[str, PLAIN]
    decided_at: Annotated[datetime | None, PLAIN]
    decided_alias: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]

    @property
    def choices(self) -> tuple[str, ...]:
        """What may be decided."""
        return judging.may_become(self.tier_before)


@dataclass(frozen=True, slots=True)
class _Held:
    staff_id: int
    month: date
    tier_before: str
    tier_proposed: str


_propose = Command("tiers", "propose")
_of_store = Statement("tiers", "reviews_of_store", ReviewRow)
_hold = Statement("tiers", "hold_review", _Held)
_decide = Command("tiers", "decide")


def month_before(today: date) -> date:
    """The first day of the month that is over."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def propose(*, by: Actor, store_id: int, month: date, now: datetime) -> int:
    """
    Writes the proposals for one store's month from what came of it; who has one keeps it. Gives how many are new.

    :raises NotAllowed: the actor is not the system.
    """
    if by.role != Role.SYSTEM:
        raise NotAllowed
    until = (month + timedelta(days=32)).replace(day=1)
    found = results_of(city_id=by.city_id, store_id=store_id, since=month, until=until)
    rule = rules.review(now=now)
    people = [
        each for each in staffing.consultants_since(store_id=store_id) if each.tier in judging.TIERS and each.joined_on < until
    ]
    judged = [
        (each, results, judging.judge(results, tier=each.tier, whole_month=each.joined_on <= month, rule=rule))
        for each in people
        for results in [found.get(each.staff_id, judging.Results())]
    ]
    return _propose.run(
        city_id=by.city_id,
        month=month,
        store_ids=[store_id] * len(judged),
        staff_ids=[each.staff_id for each, _results, _verdict in judged],
        before=[each.tier for each, _results, _verdict in judged],
        proposed=[verdict.tier for _each, _results, verdict in judged],
        reasons=[verdict.reason for _each, _results, verdict in judged],
        scores=[verdict.score for _each, _results, verdict in judged],
        calls=[results.calls for _each, results, _verdict in judged],
        connects=[results.connects for _each, results, _verdict in judged],
        interested=[results.interested for _each, results, _verdict in judged],
        arrived=[results.arrived for _each, results, _verdict in judged],
        contracts=[results.contracts for _each, results, _verdict in judged],
        refusals=[results.refusals for _each, results, _verdict in judged],
        complaints=[results.complaints for _each, results, _verdict in judged],
        now=now,
    )


def propose_all(*, now: datetime) -> int:
    """Every store's proposals for the month that is over; how many are new."""
    month, new = month_before(day_of(now)), 0
    for store in org.stores():
        by = Actor.system("tier_review", city_id=store.city_id)
        new += propose(by=by, store_id=store.store_id, month=month, now=now)
    return new


def results_of(*, city_id: int, store_id: int, since: date, until: date) -> dict[int, judging.Results]:
    """What came of a store's people between two days, from the roll-ups of calls, visits and contracts and from complaints."""
    span = {"city_id": city_id, "store_id": store_id, "since": start_of(since), "until": start_of(until)}
    arrived, contracts = Counter[int](), Counter[int]()
    for visit in visits.counts(**span):  # type: ignore[arg-type] # as named
        arrived[visit.staff_id] += visit.arrived
    for contract in sales.counts(**span):  # type: ignore[arg-type] # as named
        contracts[contract.staff_id] += contract.contracts
    complaints = rights.complaints_of_people(**span)  # type: ignore[arg-type] # as named
    calls = {row.staff_id: row for row in outreach.results(**span)}  # type: ignore[arg-type] # as named
    return {
        staff_id: judging.Results(
            calls=row.calls if row else 0,
            connects=row.connects if row else 0,
            interested=row.interested if row else 0,
            arrived=arrived[staff_id],
            contracts=contracts[staff_id],
            refusals=row.refusals if row else 0,
            complaints=complaints.get(staff_id, 0),
        )
        for staff_id in {*calls, *arrived, *contracts, *complaints}
        for row in [calls.get(staff_id)]
    }


def reviews(*, by: Actor, today: date) -> list[ReviewRow]:
    """
    The acting manager's store's reviews of the last months, undecided ones first.

    :raises NotAllowed: no store manager.
    """
    by.require(Permission.TIERS_REVIEW_DECIDE)
    return _of_store.all(city_id=by.city_id, store_id=by.store_id, since=today - SHOWN)


def decide(*, by: Actor, review_id: int, tier: str, why: str, now: datetime) -> None:
    """
    Keeps or changes a consultant's tier, whatever was proposed, one step at most. Quotas of today stand; the next morning counts it.

    :raises NotAllowed: no store manager.
    :raises NotFound: no such review that is to be decided, in this manager's store.
    :raises WhyMissing: no reason.
    :raises TooFar: more than one step, or no tier at all.
    :raises Moved: the consultant has left, moved or changed tier since.
    """
    by.require(Permission.TIERS_REVIEW_DECIDE)
    why = " ".join(why.split())[:LONGEST_WHY]
    with transaction.atomic():
        review = _hold.one(city_id=by.city_id, review_id=review_id, store_id=by.store_id)
        if review is None or review.staff_id == by.staff_id:
            raise NotFound
        if not why:
            raise WhyMissing
        if tier not in judging.may_become(review.tier_before):
            raise TooFar
        known = staffing.lock(staff_id=review.staff_id)
        if known is None or not known.active or (known.store_id, known.tier) != (by.store_id, review.tier_before):
            raise Moved
        _decide.run(city_id=by.city_id, review_id=review_id, tier=tier, staff_id=by.staff_id, why=why, now=now)
        if tier != review.tier_before:
            staffing.set_tier(staff_id=review.staff_id, tier=tier)
            thing, before, after = f"staff {review.staff_id}", {"tier": review.tier_before}, {"tier": tier}
            changing.note_change(by=by, action="tiers.review", thing=thing, before=before, after=after, why=why, now=now)
