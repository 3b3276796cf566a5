"""
What the worker does by itself, and when. Every job can be repeated: a second run finds nothing left to do.

Times are the company's (Asia/Shanghai); cron lines are UTC, eight hours behind.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hongxian import retention
from hongxian.audit import extending
from hongxian.kernel.actor import COMPANY, Actor
from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.refusal import NotFound
from hongxian.org import editing, rules, sessions, signing_in
from hongxian.org import queries as org
from hongxian.outreach import automating, codes, folding, refusing, settling
from hongxian.partners import forgetting as partners
from hongxian.pools import consenting, correcting, distributing, entering, hinting, recycling, reshuffling, resting
from hongxian.reports import digests, watching
from hongxian.rights import clocks, duties, erasing, inspecting
from hongxian.safety import reporting
from hongxian.sales import ending as contracts
from hongxian.tiers import reviewing
from hongxian.visits import confirming
from hongxian.visits import tidying as visits

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = logging.getLogger("hongxian.reactions")
DEAL_FROM = time(8, 30)
DEAL_TO_WHO_IS_HERE_FROM = time(9, 45)
FIRST_AUTOMATIC_HOUR = 9
RECYCLED_AT_ONCE = 5_000
RESHUFFLES_FOR = timedelta(seconds=50)  # of each minute
WATCHED_UNTIL = 4
TRIES_KEPT = timedelta(days=7)
NOES_LOOKED_BACK = timedelta(days=2)
# The database may restart under a job.
AGAIN = RetryStrategy(max_attempts=10, exponential_wait=2)


@app.periodic(cron="* * * * *")
@app.task(queue="schedule", queueing_lock="apply_edits", pass_context=False)
def apply_edits(timestamp: int) -> int:  # noqa: ARG001 - procrastinate's signature
    """What the back office entered for this moment comes true: stores, teams, first days; new stores get their pools."""
    return apply_all_edits(now=timezone.now())


def apply_all_edits(*, now: datetime) -> int:
    """How many edits came true."""
    done = editing.apply_due(by=Actor.system("apply_edits"), now=now)
    for city in org.cities():
        entering.open_pools(city_id=city.city_id)
    return done


@app.periodic(cron="*/10 0-4 * * *")
@app.task(queue="schedule", queueing_lock="deal_shares", pass_context=False)
def deal_shares(timestamp: int) -> int:  # noqa: ARG001 - procrastinate's signature
    """Deals every store its share, once a day from 8:30; until noon it is made up for when the worker was away."""
    now = timezone.now()
    if now.astimezone(COMPANY_ZONE).time() < DEAL_FROM:
        return 0
    return deal_all(now=now)


def deal_all(*, now: datetime) -> int:
    """
    Deals every store's share of today that has not been dealt; how many members.

    A store that deals to those alone who have come waits until they have.
    """
    total, early = 0, now.astimezone(COMPANY_ZONE).time() < DEAL_TO_WHO_IS_HERE_FROM
    for store in org.stores():
        if early and rules.must_be_here(city_id=store.city_id, store_id=store.store_id, now=now):
            continue
        by = Actor.system("deal", city_id=store.city_id)
        try:
            total += len(distributing.deal(by=by, store_id=store.store_id, day=day_of(now), now=now))
        except (distributing.AlreadyDealt, distributing.NoStorePool):
            continue
    return total


@app.periodic(cron="5 * * * *")
@app.task(queue="schedule", queueing_lock="tidy_pools", pass_context=False)
def tidy_pools(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Returns what nobody follows up, ends rests, takes out whose consent has run out, drops old hints."""
    now = timezone.now()
    _each_city("recycle", lambda by: recycling.recycle(by=by, city_id=by.city_id, now=now, limit=RECYCLED_AT_ONCE))
    _each_city("end_rests", lambda by: resting.end_rests(by=by, city_id=by.city_id, now=now))
    _each_city("sweep", lambda by: entering.sweep_unreachable(by=by, city_id=by.city_id, now=now))
    _each_city("hints", lambda by: hinting.prune(city_id=by.city_id, now=now))


@app.periodic(cron="* * * * *")
@app.task(queue="reshuffle", queueing_lock="tend_reshuffles", lock="tend_reshuffles", pass_context=False)
def tend_reshuffles(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """The month's reshuffle of each city's pool: begun once, then on with it for most of a minute, until it is through."""
    cities = org.cities()
    for city in cities:
        reshuffling.begin_month(by=Actor.system("reshuffle", city_id=city.city_id), city_id=city.city_id, now=timezone.now())
    until = timezone.now() + RESHUFFLES_FOR
    for city in cities:
        by = Actor.system("reshuffle", city_id=city.city_id)
        reshuffling.work(by=by, city_id=city.city_id, clock=timezone.now, until=until)


@app.periodic(cron="30 19 1-5 * *")
@app.task(queue="schedule", queueing_lock="review_tiers", pass_context=False)
def review_tiers(timestamp: int) -> int:  # noqa: ARG001 - procrastinate's signature
    """In the first nights of a month: proposals from the month that is over; managers decide."""
    return reviewing.propose_all(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="schedule", queueing_lock="send_digests", pass_context=False)
def send_digests(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Every minute: the past hour's digests to the teams' groups, each once; what a robot did not take is tried again in its time."""
    for city in org.cities():
        by = Actor.system("digest", city_id=city.city_id)
        digests.prepare(by=by, city_id=city.city_id, now=timezone.now())
        while digests.send_next(by=by, city_id=city.city_id, now=timezone.now()):
            pass


@app.periodic(cron="15 1-12 * * *")
@app.task(queue="schedule", queueing_lock="queue_automatic_texts", pass_context=False)
def queue_automatic_texts(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """From nine to nine: reminders, birthdays and follow-ups that are due. Whether one goes out the gate decides."""
    now = timezone.now()
    first = now.astimezone(COMPANY_ZONE).hour == FIRST_AUTOMATIC_HOUR  # dates of birth are looked at once a day
    _each_city("automatic_texts", lambda by: automating.queue_due(city_id=by.city_id, now=now, birthdays=first))


@app.periodic(cron="25 * * * *")
@app.task(queue="schedule", queueing_lock="mind_visits", pass_context=False)
def mind_visits(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Confirming texts that were lost, visits of who is gone, yesterday's that nobody settled, contracts that have run out."""
    now = timezone.now()
    _each_city("visits_gone", lambda by: visits.cancel_gone(city_id=by.city_id, now=now))
    _each_city("visits_past", lambda by: visits.settle(city_id=by.city_id, now=now))
    _each_city("visit_texts", lambda by: confirming.queue_due(city_id=by.city_id, now=now))
    _each_city("contracts_past", lambda by: contracts.end_past(by=by, city_id=by.city_id, now=now))


@app.periodic(cron="10 * * * *")
@app.task(queue="schedule", queueing_lock="mind_clocks", pass_context=False)
def mind_clocks(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Reminds of requests that are nearly due; what is late, and complaints of ten days, go up to headquarters."""
    now = timezone.now()
    for city_id in (COMPANY, *(city.city_id for city in org.cities())):
        clocks.mind(by=Actor.system("mind_clocks", city_id=city_id), city_id=city_id, now=now)


@app.periodic(cron="35 * * * *")
@app.task(queue="schedule", queueing_lock="watch_staff", pass_context=False)
def watch_staff(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Viewing and texting that stands out by now; before four in the morning in the whole day before, too."""
    now = timezone.now()
    days = [day_of(now)] if now.astimezone(COMPANY_ZONE).hour >= WATCHED_UNTIL else [day_of(now) - timedelta(days=1), day_of(now)]
    for day in days:
        _each_city("watch_staff", lambda by, day=day: watching.watch(city_id=by.city_id, day=day, now=now))  # type: ignore[misc] # a default, not an argument


@app.periodic(cron="50 * * * *")
@app.task(queue="schedule", queueing_lock="fold_days", pass_context=False)
def fold_days(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Days that are over are added up by team, for reports of months; those of which a report came late once more."""
    now = timezone.now()
    _each_city("fold_days", lambda by: folding.fold(city_id=by.city_id, now=now))


@app.periodic(cron="40 18 * * *")
@app.task(queue="schedule", queueing_lock="keep_house", pass_context=False)
def keep_house(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """At night: months ahead for what only grows; old sessions and failed sign-ins go."""
    extending.extend_all()
    signing_in.forget_tries(before=timezone.now() - TRIES_KEPT)
    sessions.forget(before=timezone.now() - sessions.KEPT)
    SessionStore.clear_expired()
    _each_city("partners", lambda by: partners.forget_past(city_id=by.city_id, now=timezone.now()))


@app.periodic(cron="20 19 * * *")
@app.task(queue="schedule", queueing_lock="forget_past", pass_context=False)
def forget_past(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """At night: what is past its time by the catalogue of purposes goes."""
    now = timezone.now()
    retention.sweep(now=now)
    duties.swept(by=Actor.system("forget_past"), now=now)


@app.periodic(cron="30 20 * * *")
@app.task(queue="schedule", queueing_lock="check_log", pass_context=False)
def check_log(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """At night: the sealed log is verified row by row."""
    inspecting.check(now=timezone.now())


@app.task(name="make_inspection", queue="schedule", pass_context=False)
def make_inspection(since: str, until: str) -> None:
    """An inspector's bundle of these days was asked for. Days without a row make none."""
    with suppress(NotFound):
        inspecting.make_bundle(since=date.fromisoformat(since), until=date.fromisoformat(until), now=timezone.now())


@app.task(name="settle_no", queue="people", pass_context=False, retry=AGAIN)
def settle_no(city_id: int, member_id: int) -> None:
    """A person said no in the portal, or lifted it: the record and the pools follow the list. May be repeated."""
    refusing.settle(by=Actor.system("settle", city_id=city_id), city_id=city_id, member_id=member_id, now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="people", queueing_lock="settle_left_over", pass_context=False)
def settle_left_over(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Noes whose job was lost: nobody who said no stays in a pool or a hand."""
    now = timezone.now()
    _each_city("settle", lambda by: refusing.settle_left_over(by=by, since=now - NOES_LOOKED_BACK, now=now))


@app.task(name="settle_consent", queue="people", pass_context=False, retry=AGAIN)
def settle_consent(city_id: int, member_id: int) -> None:
    """A person turned a switch in the portal: record, grade and pools follow. May be repeated."""
    consenting.settle(by=Actor.system("settle", city_id=city_id), city_id=city_id, member_id=member_id, now=timezone.now())


@app.task(name="settle_correction", queue="people", pass_context=False, retry=AGAIN)
def settle_correction(city_id: int, member_id: int) -> None:
    """A person corrected their record in the portal: pools and grade follow, and the list of noes. May be repeated."""
    by, now = Actor.system("settle", city_id=city_id), timezone.now()
    refusing.settle(by=by, city_id=city_id, member_id=member_id, now=now)
    correcting.settle(by=by, city_id=city_id, member_id=member_id, now=now)


@app.task(name="erase_member", queue="people", pass_context=False, retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def erase_member(city_id: int, member_id: int) -> None:
    """A person pressed "delete" in the portal. May be repeated: whoever is gone stays gone."""
    with suppress(NotFound):
        by = Actor.system("erase", city_id=city_id)
        erasing.erase_pressed(by=by, city_id=city_id, member_id=member_id, now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="people", queueing_lock="erase_left_over", pass_context=False)
def erase_left_over(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Deletions whose job was lost."""
    _each_city("erase", lambda by: erasing.erase_left_over(by=by, now=timezone.now()))


@app.task(name="place_report", queue="people", pass_context=False, retry=AGAIN)
def place_report(city_id: int, report_id: int) -> None:
    """A member reported a suspicion in the portal: it finds its case. May be repeated."""
    reporting.place(city_id=city_id, report_id=report_id, now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="people", queueing_lock="place_left_over", pass_context=False)
def place_left_over(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Reports whose job was lost."""
    _each_city("place_reports", lambda by: reporting.place_left_over(by=by, now=timezone.now()))


@app.periodic(cron="* * * * *")
@app.task(queue="people", queueing_lock="send_left_over", pass_context=False)
def send_left_over(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Texts of the system's own whose job was lost."""
    codes.send_waiting(now=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="people", queueing_lock="mind_texts", pass_context=False)
def mind_texts(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
    """Texts of which no last word has come for a day are unknown; what waited too long does not go out."""
    now, after = timezone.now(), timedelta(hours=settings.SMS_UNKNOWN_HOURS)
    _each_city("unknown_texts", lambda by: settling.give_up_silent(city_id=by.city_id, now=now, after=after))
    _each_city("late_texts", lambda by: settling.drop_late(city_id=by.city_id, now=now))


@app.task(name="send_codes", queue="people", pass_context=False)
def send_codes() -> None:
    """A code was asked for."""
    codes.send_waiting(now=timezone.now())


def _each_city(task: str, work: Callable[[Actor], int]) -> None:
    for city in org.cities():
        done = work(Actor.system(task, city_id=city.city_id))
        if done:
            log.info("tidied", extra={"task": task, "city": city.code, "members": done})
