"""宏防护: 1,500 texts in a lunch break end at the budget, with a pause that managers see and end; somebody quick goes on."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import transaction

from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.outreach import pauses, pausing, texting
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.outreach.messages import text_of, version_of
from tests.outreach.test_rhythm import QUICK_CLERK

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.cast import Cast, Person

pytestmark = pytest.mark.usefixtures("desk")
LUNCH = datetime(2026, 11, 2, 12, 0, 5, tzinfo=COMPANY_ZONE)


@pytest.fixture(scope="module")
def version(company: None) -> int:
    return version_of()


def press(
    cast: Cast, by: Person, version: int, *, now: datetime, texts: int = 1, how: str = "hand", state: str = "waiting"
) -> str:
    """One press of "send" as the queue takes it; the refusal's code, or "" when the texts were queued."""
    with transaction.atomic():
        allowance = pausing.check(by=by.actor(), city_id=cast.city_id, version_id=version, texts=texts, how=how, now=now)
        if allowance.refusal is None:
            for _ in range(texts):
                text_of(cast, by, version_id=version, at=now, how=how, state=state)
    return allowance.refusal.code if allowance.refusal else ""


def queued(cast: Cast) -> int:
    found: int = casting.rows("SELECT count(*) FROM outreach_message WHERE city_id = %(c)s", c=cast.city_id)[0][0]
    return found


def paused(cast: Cast) -> list[tuple[str, str]]:
    """(who, why), in order."""
    names = {person.staff_id: name for name, person in cast.people.items()}
    found = casting.rows("SELECT staff_id, reason FROM outreach_pause WHERE city_id = %(c)s ORDER BY id", c=cast.city_id)
    return [(names[staff_id], reason) for staff_id, reason in found]


def colleagues(cast: Cast, extra: int = 2) -> list[Person]:
    """Five consultants of one store."""
    for number in range(extra):
        cast._join(f"e{number}", store=cast.east, team=cast.team, role="consultant", tier="X")
    return [cast.lan, cast.mei, cast.liu, *(cast.people[f"e{number}"] for number in range(extra))]


class TestALunchBreak:
    def test_of_one_press_for_fifteen_hundred_sends_nothing_and_pauses(self, cast: Cast, version: int) -> None:
        assert press(cast, cast.lan, version, now=LUNCH, texts=1500, how="library") == "outreach.paused"
        assert queued(cast) == 0
        assert paused(cast) == [("lan", "budget")]
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(minutes=1)) == "outreach.paused"

    def test_of_fifteen_hundred_irregular_presses_ends_at_the_budget(self, cast: Cast, version: int) -> None:
        dice, now, answers = random.Random(1), LUNCH, []
        for _ in range(1500):
            answers.append(press(cast, cast.lan, version, now=now))
            now += timedelta(seconds=max(1.5, dice.lognormvariate(0.8, 0.8)))
        assert queued(cast) == 30
        assert answers.count("") == 30
        assert answers.count("outreach.budget") == 1
        assert answers.count("outreach.paused") == 1500 - 31
        assert paused(cast) == [("lan", "budget")]

    def test_of_a_macro_ends_before_the_budget(self, cast: Cast, version: int) -> None:
        dice, now = random.Random(2), LUNCH
        for _ in range(60):
            press(cast, cast.lan, version, now=now)
            now += timedelta(seconds=dice.uniform(4.5, 5.5))
        assert queued(cast) == 12
        assert paused(cast) == [("lan", "regular")]

    def test_over_five_accounts_ends_at_the_stores_budget(self, cast: Cast, version: int) -> None:
        """300 from each account, by a script that takes care to look like people who don't know of each other."""
        dice = random.Random(3)
        plan = []
        for person in colleagues(cast):
            now = LUNCH
            for _ in range(300):
                plan.append((now, person))
                now += timedelta(seconds=min(60.0, max(1.8, dice.lognormvariate(1.6, 0.9))))
        answers = [press(cast, person, version, now=now) for now, person in sorted(plan, key=lambda each: each[0])]
        assert queued(cast) == answers.count("") == 120
        assert {who for who, _ in paused(cast)} == {"lan", "mei", "liu", "e0", "e1"}
        assert {why for _, why in paused(cast)} <= {"budget", "store_budget"}
        assert pauses.running(by=cast.zheng.actor(), now=LUNCH + timedelta(minutes=40)) > 0

    def test_over_accounts_in_step_is_seen_before(self, cast: Cast, version: int) -> None:
        """One script drives five windows in turn; its gaps are anything, its steps are not."""
        dice, now, people = random.Random(4), LUNCH, colleagues(cast)
        for _ in range(30):
            for person in people:
                press(cast, person, version, now=now)
                now += timedelta(seconds=dice.uniform(1.6, 2.2))
            now += timedelta(seconds=dice.uniform(5, 90))
        assert ("lan", "lockstep") in paused(cast) or ("mei", "lockstep") in paused(cast)
        assert len({who for who, why in paused(cast) if why == "lockstep"}) >= 4
        assert queued(cast) < 5 * 16


class TestSomebodyQuick:
    def test_works_on_to_the_thirtieth_text(self, cast: Cast, version: int) -> None:
        now, answers = LUNCH, []
        for gap in QUICK_CLERK[:29]:
            answers.append(press(cast, cast.lan, version, now=now))
            now += timedelta(seconds=gap)
        answers.append(press(cast, cast.lan, version, now=now))
        assert answers == [""] * 30
        assert paused(cast) == []

    def test_is_told_what_is_left_and_not_paused(self, cast: Cast, version: int) -> None:
        press(cast, cast.lan, version, now=LUNCH, texts=20, how="library")
        with transaction.atomic():
            allowance = pausing.check(
                by=cast.lan.actor(),
                city_id=cast.city_id,
                version_id=version,
                texts=11,
                how="library",
                now=LUNCH + timedelta(minutes=9),
            )
        assert isinstance(allowance.refusal, pausing.BudgetSpent)
        assert "10" in str(allowance.refusal.message)
        assert paused(cast) == []
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(minutes=10), texts=10, how="library") == ""

    def test_begins_anew_the_next_morning(self, cast: Cast, version: int) -> None:
        press(cast, cast.lan, version, now=LUNCH, texts=30, how="library")
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(minutes=5)) == "outreach.budget"
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(hours=21)) == ""

    def test_isnt_charged_for_what_the_gate_dropped(self, cast: Cast, version: int) -> None:
        press(cast, cast.lan, version, now=LUNCH, texts=30, how="library", state="dropped")
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(minutes=5), texts=30, how="library") == ""

    def test_campaigns_and_automatic_texts_are_not_weighed(self, cast: Cast, version: int) -> None:
        assert press(cast, cast.lan, version, now=LUNCH, texts=100, how="campaign") == ""
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(minutes=1)) == ""


class TestPauses:
    def held_up(self, cast: Cast, version: int) -> int:
        press(cast, cast.lan, version, now=LUNCH, texts=1500, how="library")
        [line] = pauses.pauses(by=cast.chen.actor(), now=LUNCH)
        return line.pause_id

    def test_are_listed_with_what_was_seen(self, cast: Cast, version: int) -> None:
        self.held_up(cast, version)
        for manager in (cast.chen, cast.zheng):
            [line] = pauses.pauses(by=manager.actor(), now=LUNCH)
            assert (line.alias, line.reason, line.seen["asked"], line.running) == ("lan老师", "budget", 1500, True)
        assert pauses.pauses(by=cast.xu.actor(), now=LUNCH) == []

    def test_are_recorded_as_a_change_by_the_system(self, cast: Cast, version: int) -> None:
        self.held_up(cast, version)
        found = casting.rows(
            "SELECT staff_id, action, after FROM audit_change WHERE thing = %(t)s", t=f"staff {cast.lan.staff_id}"
        )
        [(by, action, after)] = found
        assert (by, action) == (0, "outreach.pause")
        assert "1500" in str(after)

    def test_end_with_a_managers_note(self, cast: Cast, version: int) -> None:
        number = self.held_up(cast, version)
        pauses.end(by=cast.chen.actor(), pause_id=number, why="已谈话", now=LUNCH + timedelta(hours=1))
        assert pauses.running(by=cast.zheng.actor(), now=LUNCH + timedelta(hours=1)) == 0
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(hours=2)) == ""
        [line] = pauses.pauses(by=cast.zheng.actor(), now=LUNCH + timedelta(hours=2))
        assert (line.running, line.ended_by, line.ended_why) == (False, "chen老师", "已谈话")

    def test_end_once(self, cast: Cast, version: int) -> None:
        number = self.held_up(cast, version)
        pauses.end(by=cast.chen.actor(), pause_id=number, why="x", now=LUNCH)
        with pytest.raises(NotFound):
            pauses.end(by=cast.zheng.actor(), pause_id=number, why="x", now=LUNCH)

    def test_never_end_without_a_note(self, cast: Cast, version: int) -> None:
        number = self.held_up(cast, version)
        with pytest.raises(pauses.BadPause):
            pauses.end(by=cast.chen.actor(), pause_id=number, why="  ", now=LUNCH)

    @pytest.mark.parametrize("name", ["lan", "mei", "operations", "auditor"])
    def test_are_not_for_others_to_end(self, cast: Cast, version: int, name: str) -> None:
        number = self.held_up(cast, version)
        with pytest.raises(NotAllowed):
            pauses.end(by=cast.people[name].actor(), pause_id=number, why="x", now=LUNCH)

    def test_of_another_store_are_not_found(self, cast: Cast, version: int) -> None:
        number = self.held_up(cast, version)
        with pytest.raises(NotFound):
            pauses.end(by=cast.xu.actor(), pause_id=number, why="x", now=LUNCH)

    def test_nobody_ends_their_own_says_the_database(self, cast: Cast, version: int) -> None:
        number = self.held_up(cast, version)
        with pytest.raises(Exception, match="ended_by_another"):
            casting.run(
                "UPDATE outreach_pause SET ended_by = staff_id, ended_at = since, ended_why = 'x' WHERE id = %(n)s", n=number
            )

    def test_by_a_manager_hold_up_until_ended(self, cast: Cast, version: int) -> None:
        pauses.pause(by=cast.chen.actor(), staff_id=cast.lan.staff_id, why="核查中", now=LUNCH)
        assert press(cast, cast.lan, version, now=LUNCH + timedelta(days=2)) == "outreach.paused"
        for staff in (cast.lan, cast.wu, cast.liu, cast.zheng):  # a second time, another store's, another team's, a manager
            with pytest.raises(NotFound):
                pauses.pause(by=cast.chen.actor(), staff_id=staff.staff_id, why="x", now=LUNCH)


class TestQueue:
    def queue(self, cast: Cast, members: list[int], version: int, settings: Settings) -> int:
        settings.SMS_GATEWAY = "loopback"
        return texting.queue(
            by=cast.lan.actor(),
            city_id=cast.city_id,
            member_ids=members,
            version_id=version,
            how="library",
            variables={},
            request_key=uuid4(),
            now=casting.now(),
        ).count

    def test_refuses_fifteen_hundred_and_keeps_the_pause(self, cast: Cast, version: int, settings: Settings) -> None:
        with pytest.raises(pausing.Paused):
            self.queue(cast, list(range(1, 1501)), version, settings)
        assert (queued(cast), paused(cast)) == (0, [("lan", "budget")])

    def test_ends_at_the_budget(self, cast: Cast, version: int, settings: Settings) -> None:
        assert self.queue(cast, list(range(1, 31)), version, settings) == 30
        with pytest.raises(pausing.BudgetSpent):
            self.queue(cast, [31], version, settings)
        with pytest.raises(pausing.Paused):
            self.queue(cast, [32], version, settings)
        assert (queued(cast), paused(cast)) == (30, [("lan", "budget")])

    def test_at_once_from_many_windows_stays_within_the_budget(self, cast: Cast, version: int, settings: Settings) -> None:
        """Ten presses of five texts each, at the same moment."""
        settings.SMS_GATEWAY = "loopback"

        def press_once(number: int) -> int:
            with signed_in_as("desk"):
                try:
                    return self.queue(cast, list(range(number * 10, number * 10 + 5)), version, settings)
                except Refusal:
                    return 0

        with ThreadPoolExecutor(10) as pool:
            counts = list(pool.map(press_once, range(10)))
        assert sum(counts) == queued(cast) <= 30
        assert paused(cast) != []
