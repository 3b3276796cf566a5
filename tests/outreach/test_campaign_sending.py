"""From the plan to the gateway: who says no in between gets nothing, and after a pause or a stop nothing is handed over."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import override_settings

from hongxian.cli import company as installation
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.outreach import campaigns, counting, planning, refusing, sending
from hongxian.pools.filtering import EVERYBODY
from hongxian.vault import asking
from tests.cast import now, rows, withdrawal
from tests.conftest import signed_in_as
from tests.gateways.crowds import Crowd
from tests.outreach.messages import version_of
from tests.outreach.test_sending import Scripted, send

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from hongxian.outreach.gateways.port import Outgoing, Result
    from tests.cast import Cast


@pytest.fixture
def crowd(cast: Cast) -> Iterator[Crowd]:
    with override_settings(SMS_GATEWAY="loopback"):
        made = Crowd(cast, cast.lan)
        made.grow(6)
        yield made
    assert counting.recount(city_id=cast.city_id, since=day_of(now()), until=day_of(now())) == []


def approved(crowd: Crowd) -> int:
    """陈 asks, 郑 approves."""
    cast, chen = crowd.cast, crowd.cast.chen.actor()
    with signed_in_as("desk"):
        audience = campaigns.audience_for(by=chen, kind="library", pool_id=None, filters=EVERYBODY)
        version_id = version_of(body="{alias}，{store}周六开放，{city}见。")
        campaign_id = campaigns.ask(
            by=chen, name="周六", why="开放日", audience=audience, version_id=version_id, request_key=uuid4(), now=now()
        )
        campaigns.approve(by=cast.zheng.actor(), city_id=cast.city_id, campaign_id=campaign_id, now=now())
    return campaign_id


def planned(crowd: Crowd) -> int:
    """And the worker plans."""
    campaign_id, city_id = approved(crowd), crowd.cast.city_id
    planning.plan(by=Actor.system("plan", city_id=city_id), city_id=city_id, campaign_id=campaign_id, clock=now)
    return campaign_id


def step(crowd: Crowd, what: str, campaign_id: int) -> None:
    with signed_in_as("desk"):
        getattr(campaigns, what)(by=crowd.cast.zheng.actor(), city_id=crowd.cast.city_id, campaign_id=campaign_id, now=now())


def tend(crowd: Crowd) -> None:
    planning.tend(by=Actor.system("tend", city_id=crowd.cast.city_id), city_id=crowd.cast.city_id, clock=now)


def state(campaign_id: int) -> str:
    return str(rows("SELECT state FROM outreach_campaign WHERE id = %(id)s", id=campaign_id)[0][0])


class TestPlanned:
    def test_goes_out_and_is_done(self, crowd: Crowd) -> None:
        campaign_id = planned(crowd)
        gateway = send(crowd)
        assert {each.number for each in gateway.got} == {each.number for each in crowd.members}
        assert all("门店" in each.text and "测试市见" in each.text for each in gateway.got)
        tend(crowd)
        assert (state(campaign_id), crowd.states()) == ("done", {"handed": 6})

    def test_who_says_no_before_it_leaves_gets_nothing(self, crowd: Crowd) -> None:
        planned(crowd)
        refused, taken_back = crowd.members[:2]
        by = Actor.system("test", city_id=crowd.cast.city_id)
        refusing.refuse_number(by=by, number_hashes=refused.hashes, origin="test", reason="refused", now=now())
        withdrawal(taken_back, "outreach.sms")
        gateway = send(crowd)
        assert {each.number for each in gateway.got} == {each.number for each in crowd.members[2:]}
        assert crowd.texts()[refused.member_id] == [("dropped", "suppressed")]
        assert crowd.texts()[taken_back.member_id] == [("dropped", "no_consent")]

    def test_nothing_leaves_before_the_plan_is_through(self, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hongxian.outreach.audiences.BATCH", 4)
        campaign_id = approved(crowd)
        by = Actor.system("plan", city_id=crowd.cast.city_id)
        planning.plan_batch(by=by, city_id=crowd.cast.city_id, campaign_id=campaign_id, now=now())
        assert send(crowd).got == []
        assert crowd.states() == {"waiting": 4}


class TestHeldUp:
    @pytest.mark.parametrize("when", ["decided", "opened"])
    def test_a_pause_puts_the_batch_in_hand_back(self, crowd: Crowd, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whether the keeper has already opened the numbers or does not any more."""
        campaign_id = planned(crowd)
        if when == "decided":
            opened = asking.numbers

            def pause_first(pairs: Any) -> Any:
                step(crowd, "pause", campaign_id)
                return opened(pairs)

            monkeypatch.setattr(asking, "numbers", pause_first)
        picked = sending.prepare(city_id=crowd.cast.city_id, now=now())
        assert picked.prepared is not None
        if when == "opened":
            step(crowd, "pause", campaign_id)
        monkeypatch.undo()
        gateway = Scripted()
        with override_settings(SMS_GATEWAY="loopback"):
            sending.hand_over(prepared=picked.prepared, gateway=gateway, now=now())
            assert (gateway.got, crowd.states()) == ([], {"waiting": 6})
            assert send(crowd).got == []
            step(crowd, "resume", campaign_id)
            assert len(send(crowd).got) == 6

    def test_a_stop_ends_the_batch_in_hand(self, crowd: Crowd) -> None:
        campaign_id = planned(crowd)
        picked = sending.prepare(city_id=crowd.cast.city_id, now=now())
        assert picked.prepared is not None
        step(crowd, "stop", campaign_id)
        planning.settle(city_id=crowd.cast.city_id, campaign_id=campaign_id, now=now())
        gateway = Scripted()
        sending.hand_over(prepared=picked.prepared, gateway=gateway, now=now())
        assert gateway.got == []
        tend(crowd)
        assert crowd.states() == {"stopped": 6}

    def test_while_it_is_being_paused_it_is_passed_over(self, crowd: Crowd) -> None:
        """A text of it that was decided at that very moment would otherwise be dropped for good."""
        campaign_id = planned(crowd)
        paused = threading.Thread(target=step, args=(crowd, "pause", campaign_id))
        with row_held(campaign_id):
            paused.start()
            assert send(crowd).got == []
        paused.join(10)
        assert (state(campaign_id), crowd.states()) == ("paused", {"waiting": 6})

    @pytest.mark.parametrize("what", ["pause", "stop"])
    def test_after_it_has_been_told_nothing_is_handed_over(self, crowd: Crowd, what: str) -> None:
        crowd.grow(150)
        campaign_id = planned(crowd)
        gateway = Slow()
        over = threading.Event()

        def work() -> None:
            with signed_in_as("worker"):
                while not over.is_set():
                    picked = sending.prepare(city_id=crowd.cast.city_id, now=now(), most=10)
                    if picked.prepared is not None:
                        sending.hand_over(prepared=picked.prepared, gateway=gateway, now=now())

        sender = threading.Thread(target=work)
        sender.start()
        while len(gateway.got) < 30:
            time.sleep(0.005)
        step(crowd, what, campaign_id)
        told = len(gateway.got)
        time.sleep(0.5)
        over.set()
        sender.join(10)
        assert len(gateway.got) == told < 156
        tend(crowd)
        rest = "waiting" if what == "pause" else "stopped"
        assert crowd.states() == {"handed": told, rest: 156 - told}


@dataclass
class Slow(Scripted):
    def hand_over(self, batch: Sequence[Outgoing], *, now: datetime) -> list[Result]:
        time.sleep(0.05)
        return super().hand_over(batch, now=now)


@contextmanager
def row_held(campaign_id: int) -> Iterator[None]:
    """Another transaction has the campaign's row, as whoever pauses it does for a moment."""
    with installation.site().connect("owner") as other, other.transaction():
        other.execute("SELECT FROM outreach_campaign WHERE id = %s FOR UPDATE", [campaign_id])
        yield
