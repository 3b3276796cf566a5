"""The plan of a campaign: everybody once, whoever is killed; nobody without a yes; a pause and a stop come between batches."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from hongxian.outreach import audiences, campaign_queries, planning, ruling
from hongxian.pools.filtering import Filters
from tests.conftest import signed_in_as
from tests.outreach.campaigning import Company
from tests.owner import now, rows, run

if TYPE_CHECKING:
    from collections.abc import Iterator

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A worker that plans slowly, fifty at a time, until somebody kills it.
SLOWLY = """
import time
import django
django.setup()
from django.utils import timezone
from hongxian.kernel.actor import Actor
from hongxian.outreach import audiences, planning, ruling
audiences.BATCH = 50
def clock():
    time.sleep(0.05)
    return timezone.now()
planning.plan(by=Actor.system("plan_campaign", city_id={city}), city_id={city}, campaign_id={campaign}, clock=clock)
"""


@pytest.fixture
def company(home: None) -> Iterator[Company]:
    made = Company()
    with signed_in_as("worker"):
        yield made


@pytest.fixture
def fifties(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "BATCH", 50)


def agrees(company: Company, campaign_id: int, audience: int) -> None:
    """Every member of the audience has one text or is counted with one reason."""
    texts, left_out = company.texts(campaign_id), company.left_out(campaign_id)
    assert len(texts) == len(set(texts))
    assert company.row(campaign_id)[1] == audience == len(texts) + sum(left_out.values())


class TestPlan:
    def test_queues_who_may_be_written_to_and_counts_the_others(self, company: Company) -> None:
        ids, without = company.held(company.lan, 9), company.held(company.lan, 4, consents=False)
        company.world.suppress(ids[0])
        company.withdraw(ids[1])
        company.rest(ids[2])
        campaign_id = company.planned()
        assert company.texts(campaign_id) == ids[3:]
        assert company.left_out(campaign_id) == {"suppressed": 1, "no_consent": 1 + len(without), "resting": 1}
        agrees(company, campaign_id, 13)
        assert company.state(campaign_id) == "sending"

    def test_writes_to_the_held_in_their_holders_name_and_to_others_in_the_askers(self, company: Company) -> None:
        company.held(company.lan, 1)
        company.pooled(1)
        named = []
        for campaign_id in (company.planned(), company.planned(unheld=True)):
            named += rows(
                "SELECT staff_id, team_id, store_id, how, purpose, state, variables FROM outreach_message WHERE campaign_id = %(id)s"
                " AND city_id = %(c)s",
                id=campaign_id,
                c=company.city_id,
            )
        store, team = company.chen.store_id, company.chen.team_id
        filled = {"store": "店", "city": "城"}
        assert [each[:6] for each in named] == [
            (company.lan.staff_id, team, store, "campaign", "outreach.sms", "waiting"),
            (company.chen.staff_id, team, store, "campaign", "outreach.sms", "waiting"),
        ]
        assert {tuple(sorted(each[6])) for each in named} == {tuple(sorted(filled))}

    def test_a_promotion_needs_its_own_receipt(self, home: None) -> None:
        made = Company(kind="promotion")
        ids = made.held(made.lan, 3)
        made.world.consent(ids[:1], "outreach.promotion")
        with signed_in_as("worker"):
            campaign_id = made.planned()
        assert (made.texts(campaign_id), made.left_out(campaign_id)) == (ids[:1], {"no_consent": 2})

    @pytest.mark.usefixtures("fifties")
    def test_again_finds_nothing_to_do(self, company: Company) -> None:
        company.held(company.lan, 120)
        campaign_id = company.planned()
        assert company.plan(campaign_id) == 0
        agrees(company, campaign_id, 120)

    def test_for_an_audience_that_has_gone_is_done(self, company: Company) -> None:
        ids = company.held(company.lan, 1)
        campaign_id = company.approved()
        run("DELETE FROM pools_holding WHERE city_id = %(c)s AND member_id = %(m)s", c=company.city_id, m=ids[0])
        company.plan(campaign_id)
        planning.tend(by=company.world.system(), city_id=company.city_id, clock=now)
        assert (company.state(campaign_id), company.texts(campaign_id)) == ("done", [])

    def test_made_at_night_is_for_the_morning(self, company: Company) -> None:
        """Nobody is left out because of the hour: the gate looks at the hour when each text leaves."""
        company.held(company.lan, 2)
        campaign_id = company.approved()
        night = datetime.now(SHANGHAI).replace(hour=2)
        planning.plan(by=company.world.system(), city_id=company.city_id, campaign_id=campaign_id, clock=lambda: night)
        assert len(company.texts(campaign_id)) == 2

    @pytest.mark.parametrize(("hour", "then"), [(2, (6, 9)), (9, (6, 9)), (20, (6, 20)), (21, (7, 9)), (23, (7, 9))])
    def test_is_judged_at_the_next_hours(self, hour: int, then: tuple[int, int]) -> None:
        now = datetime(2026, 6, 6, hour, tzinfo=SHANGHAI).astimezone(UTC)
        moment = audiences.next_hours(now, zone=SHANGHAI, limits=ruling.Limits())
        assert (moment.astimezone(SHANGHAI).day, moment.astimezone(SHANGHAI).hour) == then

    def test_ends_when_whoever_asked_has_gone(self, company: Company) -> None:
        company.held(company.lan, 2)
        gone, moved, stays = company.chen, company.world.team_manager(), company.zheng
        ids = [company.approved(by) for by in (gone, moved, stays)]
        run("UPDATE org_staff SET active = false WHERE id = %(id)s", id=gone.staff_id)
        run("UPDATE org_staff SET store_id = %(s)s WHERE id = %(id)s", id=moved.staff_id, s=company.world.stores[1].store_id)
        for campaign_id in ids:
            company.plan(campaign_id)
        assert [company.state(each) for each in ids] == ["stopped", "stopped", "sending"]
        assert [len(company.texts(each)) for each in ids] == [0, 0, 2]

    @pytest.mark.usefixtures("fifties")
    def test_ends_when_the_wording_is_withdrawn(self, company: Company) -> None:
        company.held(company.lan, 120)
        campaign_id = company.approved()
        planning.plan_batch(by=company.world.system(), city_id=company.city_id, campaign_id=campaign_id, now=now())
        run("UPDATE outreach_version SET state = 'retired' WHERE id = %(id)s", id=company.version_id)
        company.plan(campaign_id)
        assert (company.state(campaign_id), len(company.texts(campaign_id))) == ("stopped", 50)
        assert planning.settle(city_id=company.city_id, campaign_id=campaign_id, now=now()) == 50

    def test_is_not_made_before_the_decision(self, company: Company) -> None:
        company.held(company.lan, 1)
        campaign_id = company.ask()
        assert (company.plan(campaign_id), company.state(campaign_id)) == (0, "asked")


class TestOnce:
    def test_is_what_the_database_holds_to(self, company: Company) -> None:
        """Even a plan that began at the beginning again could not write to anybody twice."""
        company.held(company.lan, 3)
        campaign_id = company.planned()
        run("UPDATE outreach_campaign SET state = 'planning', walked_to = 0 WHERE id = %(id)s", id=campaign_id)
        with pytest.raises(IntegrityError):
            company.plan(campaign_id)
        assert len(company.texts(campaign_id)) == 3

    @pytest.mark.usefixtures("fifties")
    def test_after_a_batch_that_was_broken_off(self, company: Company) -> None:
        company.held(company.lan, 120)
        campaign_id = company.approved()
        by = company.world.system()
        planning.plan_batch(by=by, city_id=company.city_id, campaign_id=campaign_id, now=now())
        with transaction.atomic():
            planning.plan_batch(by=by, city_id=company.city_id, campaign_id=campaign_id, now=now())
            transaction.set_rollback(True)
        agrees(company, campaign_id, 50)
        company.plan(campaign_id)
        agrees(company, campaign_id, 120)

    def test_when_the_worker_is_killed_and_another_goes_on(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
        company.held(company.lan, 1_200)
        campaign_id = company.approved()
        words = SLOWLY.format(city=company.city_id, campaign=campaign_id)
        settings = {"HONGXIAN_PROCESS": "worker", "DJANGO_SETTINGS_MODULE": "hongxian.config.settings"}
        with subprocess.Popen([sys.executable, "-c", words], env=os.environ | settings) as worker:
            for _ in range(600):
                if company.row(campaign_id)[1] >= 150:
                    break
                time.sleep(0.05)
            worker.send_signal(signal.SIGKILL)
        assert 150 <= company.row(campaign_id)[1] < 1_200
        assert company.state(campaign_id) == "planning"
        agrees(company, campaign_id, company.row(campaign_id)[1])
        monkeypatch.setattr(audiences, "BATCH", 50)
        planning.tend(by=company.world.system(), city_id=company.city_id, clock=now)
        agrees(company, campaign_id, 1_200)
        assert company.state(campaign_id) == "sending"

    @pytest.mark.usefixtures("fifties")
    def test_when_two_workers_plan_at_once(self, company: Company) -> None:
        company.held(company.lan, 400)
        campaign_id = company.approved()
        barrier = threading.Barrier(2)

        def work(_number: int) -> int:
            with signed_in_as("worker"):
                barrier.wait()
                return company.plan(campaign_id)

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(work, range(2))) == 400
        agrees(company, campaign_id, 400)


@pytest.mark.usefixtures("fifties")
class TestPause:
    def batch(self, company: Company, campaign_id: int) -> int | None:
        return planning.plan_batch(by=company.world.system(), city_id=company.city_id, campaign_id=campaign_id, now=now())

    def test_holds_the_next_batch(self, company: Company) -> None:
        company.held(company.lan, 120)
        campaign_id = company.approved()
        assert self.batch(company, campaign_id) == 50
        company.step("pause", campaign_id)
        assert self.batch(company, campaign_id) is None
        assert len(company.texts(campaign_id)) == 50
        company.step("resume", campaign_id)
        company.plan(campaign_id)
        agrees(company, campaign_id, 120)

    def test_of_a_planned_one_goes_back_to_sending(self, company: Company) -> None:
        company.held(company.lan, 3)
        campaign_id = company.planned()
        company.step("pause", campaign_id)
        planning.tend(by=company.world.system(), city_id=company.city_id, clock=now)
        assert company.state(campaign_id) == "paused"
        company.step("resume", campaign_id)
        assert company.state(campaign_id) == "sending"

    def test_waits_for_the_batch_in_hand(self, company: Company) -> None:
        """A pause that has been told has no batch after it: its moment is that of its commit."""
        company.held(company.lan, 120)
        campaign_id = company.approved()
        paused = threading.Event()

        def press() -> None:
            company.step("pause", campaign_id)
            paused.set()

        with transaction.atomic():
            assert self.batch(company, campaign_id) == 50
            presser = threading.Thread(target=press)
            presser.start()
            assert not paused.wait(0.5)
        presser.join(10)
        assert paused.is_set()
        assert (company.state(campaign_id), len(company.texts(campaign_id))) == ("paused", 50)

    @pytest.mark.parametrize("what", ["pause", "stop"])
    def test_and_stop_beside_a_plan_at_full_speed(self, company: Company, what: str) -> None:
        company.held(company.lan, 1_000)
        campaign_id = company.approved()

        def work() -> None:
            with signed_in_as("worker"):
                company.plan(campaign_id)

        planner = threading.Thread(target=work)
        planner.start()
        while not company.row(campaign_id)[1]:
            time.sleep(0.005)
        company.step(what, campaign_id)
        at_the_commit = company.row(campaign_id)[1]
        planner.join(30)
        agrees(company, campaign_id, at_the_commit)
        assert at_the_commit < 1_000

    def test_after_a_stop_nothing_waits(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(planning, "STOPPED_AT_ONCE", 7)
        company.held(company.lan, 20)
        campaign_id = company.planned()
        company.step("stop", campaign_id)
        assert planning.settle(city_id=company.city_id, campaign_id=campaign_id, now=now()) == 20
        assert len(company.texts(campaign_id, "stopped")) == 20
        agrees(company, campaign_id, 20)
        assert planning.settle(city_id=company.city_id, campaign_id=campaign_id, now=now()) == 0

    def test_a_stop_whose_job_was_lost_is_made_up_for(self, company: Company) -> None:
        company.held(company.lan, 5)
        campaign_id = company.planned()
        company.step("stop", campaign_id)
        planning.tend(by=company.world.system(), city_id=company.city_id, clock=now)
        assert len(company.texts(campaign_id, "stopped")) == 5

    def test_a_stop_leaves_what_has_left(self, company: Company) -> None:
        company.held(company.lan, 4)
        campaign_id = company.planned()
        run(
            "UPDATE outreach_message SET state = 'handed', permit_id = 1, handing_at = now(), handed_at = now()"
            " WHERE campaign_id = %(id)s AND city_id = %(c)s AND member_id = %(m)s",
            id=campaign_id,
            c=company.city_id,
            m=company.texts(campaign_id)[0],
        )
        company.step("stop", campaign_id)
        planning.settle(city_id=company.city_id, campaign_id=campaign_id, now=now())
        assert (len(company.texts(campaign_id, "handed")), len(company.texts(campaign_id, "stopped"))) == (1, 3)


class TestProgress:
    def test_adds_up(self, company: Company) -> None:
        ids = company.held(company.lan, 30)
        company.held(company.lan, 5, consents=False)
        campaign_id = company.planned()
        run(
            "UPDATE outreach_message SET state = 'dropped', reason = 'suppressed', ended_at = now()"
            " WHERE campaign_id = %(id)s AND city_id = %(c)s AND member_id = %(m)s",
            id=campaign_id,
            c=company.city_id,
            m=ids[0],
        )
        campaign = campaign_queries.one(by=company.zheng, city_id=company.city_id, campaign_id=campaign_id)
        found = campaign_queries.progress(by=company.zheng, campaign=campaign)
        assert (found.walked, found.texts, found.left_out_in_all, found.through) == (35, 30, 5, 1)
        assert dict(found.by_state) == {"waiting": 29, "dropped": 1}
        assert (found.dropped, found.left_out) == ((("suppressed", 1),), (("no_consent", 5),))

    def test_of_few_strangers_tells_no_reasons(self, company: Company) -> None:
        company.held(company.lan, 3, sex="male")
        company.held(company.lan, 2, sex="male", consents=False)
        campaign_id = company.planned(filters=Filters(sex="male"))
        campaign = campaign_queries.one(by=company.zheng, city_id=company.city_id, campaign_id=campaign_id)
        assert campaign_queries.progress(by=company.zheng, campaign=campaign).left_out == (("few", 2),)

    def test_ends_when_nothing_waits(self, company: Company) -> None:
        company.held(company.lan, 2)
        campaign_id = company.planned()
        planning.tend(by=company.world.system(), city_id=company.city_id, clock=now)
        assert company.state(campaign_id) == "sending"
        run(
            "UPDATE outreach_message SET state = 'dropped', ended_at = now() WHERE campaign_id = %(id)s AND city_id = %(c)s",
            id=campaign_id,
            c=company.city_id,
        )
        planning.tend(by=company.world.system(), city_id=company.city_id, clock=now)
        assert company.state(campaign_id) == "done"
