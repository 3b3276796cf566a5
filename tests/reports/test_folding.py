"""Days that are folded: a report says the same as without, also when a count of an old day changes meanwhile."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from hongxian.kernel.clock import COMPANY_ZONE, start_of
from hongxian.outreach import counting, folding
from hongxian.outreach.counting import Change
from hongxian.reports import building, periods, scopes
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

MAY = periods.of(date(2026, 5, 1), date(2026, 5, 31))
LATER = datetime(2026, 6, 20, 9, 0, tzinfo=COMPANY_ZONE)
FOURTH = start_of(date(2026, 5, 4))


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    """A city of its own, while this thread is the worker, who folds."""
    people = Cast()
    with signed_in_as("worker"):
        yield people


def text(cast: Cast, **more: Any) -> Change:
    given: dict[str, Any] = {"store_id": cast.east, "team_id": cast.team, "was": "handing", "state": "handed"}
    given |= {"staff_id": cast.lan.staff_id, "version_id": 1, "how": "hand", "moment": FOURTH + timedelta(hours=10), "parts": 1}
    return Change(**(given | more))


@pytest.fixture
def filled(cast: Cast) -> Cast:
    """Calls, claims and texts of May, in both stores; one day of them is today's May."""
    places = ((cast.lan, cast.east, cast.team), (cast.liu, cast.east, cast.other_team), (cast.wu, cast.west, cast.west_team))
    for number, (who, store, team) in enumerate(places, start=1):
        for day in (4, 5, 31):
            begins = start_of(date(2026, 5, day))
            casting.insert_bare(
                "outreach_tally",
                city_id=cast.city_id,
                staff_id=who.staff_id,
                span="day",
                begins=begins,
                store_id=store,
                team_id=team,
                calls=10 * number,
                connects=day,
                no_answers=1,
                interested=1,
                visits=0,
                refusals=1,
                placed=9,
                talked=3,
                talk_seconds=100 * number,
            )
            casting.insert_bare(
                "pools_quota",
                city_id=cast.city_id,
                staff_id=who.staff_id,
                day=begins.date(),
                kind="store",
                cap=70,
                used=number,
                rank_floor=0,
            )
    counting.add(
        city_id=cast.city_id,
        changes=[text(cast), text(cast, team_id=cast.other_team), text(cast, was="waiting", state="dropped")],
    )
    return cast


def reports(cast: Cast) -> list[building.Report]:
    """The city's and a store's May, by day and week, by store and team."""
    found = []
    for by, kind, number in ((cast.operations.actor(), "city", cast.city_id), (cast.zheng.actor(), "store", cast.east)):
        scope = scopes.of(by, kind=kind, number=number)
        for unit in ("store", "team", ""):
            if not unit or unit in scope.below:
                for step in ("day", "week"):
                    asked = building.Asked(scope=scope, period=MAY, step=step, unit=unit)
                    found.append(building.report(by=by, asked=asked))
    return found


def folded_days(cast: Cast) -> int:
    query = "SELECT count(*) FROM outreach_daysum WHERE city_id = %(city)s AND store_id = 0 AND team_id = 0 AND begins >= '2026-04-30'"
    return int(casting.rows(query, city=cast.city_id)[0][0])


class TestFold:
    def test_a_report_says_the_same_with_and_without(self, filled: Cast) -> None:
        before = reports(filled)
        assert before[0].total.counts.calls == 180
        assert before[0].total.counts.claims == 18
        assert before[0].total.counts.handed == 2
        assert folding.fold(city_id=filled.city_id, now=LATER, most=60) == 60
        assert folded_days(filled) >= 31
        assert reports(filled) == before

    def test_half_of_a_month_may_be_folded(self, filled: Cast) -> None:
        before = reports(filled)
        folding.fold(city_id=filled.city_id, now=datetime(2026, 5, 20, tzinfo=COMPANY_ZONE), most=15)
        assert 0 < folded_days(filled) < 31
        assert reports(filled) == before

    def test_is_what_is_read(self, filled: Cast) -> None:
        """Else the others would be right with an empty table, too."""
        before = reports(filled)[0]
        folding.fold(city_id=filled.city_id, now=LATER, most=60)
        casting.run("UPDATE outreach_daysum SET calls = calls + 1 WHERE city_id = %(city)s AND store_id > 0", city=filled.city_id)
        assert reports(filled)[0].total.counts.calls > before.total.counts.calls

    def test_leaves_the_last_three_days_alone(self, filled: Cast) -> None:
        folding.fold(city_id=filled.city_id, now=datetime(2026, 5, 7, 1, 0, tzinfo=COMPANY_ZONE))
        found = casting.rows("SELECT max(begins) FROM outreach_daysum WHERE city_id = %(city)s", city=filled.city_id)
        assert found == [(FOURTH,)]

    def test_a_second_time_finds_nothing_left(self, filled: Cast) -> None:
        while folding.fold(city_id=filled.city_id, now=LATER, most=500):
            pass
        before = casting.rows("SELECT count(*) FROM outreach_daysum WHERE city_id = %(city)s", city=filled.city_id)
        assert folding.fold(city_id=filled.city_id, now=LATER) == 0
        assert casting.rows("SELECT count(*) FROM outreach_daysum WHERE city_id = %(city)s", city=filled.city_id) == before


class TestLateChange:
    def test_counts_at_once_and_is_folded_anew(self, filled: Cast) -> None:
        before = reports(filled)[0].total.counts
        folding.fold(city_id=filled.city_id, now=LATER, most=60)
        days = folded_days(filled)
        counting.add(city_id=filled.city_id, changes=[text(filled, was="handed", state="delivered")])
        assert reports(filled)[0].total.counts == replace(before, delivered=1)
        assert folded_days(filled) == days - 1
        assert folding.fold(city_id=filled.city_id, now=LATER, most=1) == 1
        assert folded_days(filled) == days
        assert reports(filled)[0].total.counts == replace(before, delivered=1)

    def test_that_is_not_committed_yet_is_waited_for(self, filled: Cast) -> None:
        """Without the lock the fold would add up what it sees, and keep that for good."""
        before = reports(filled)[0].total.counts
        fold = threading.Thread(target=_fold, args=(filled.city_id,))
        with transaction.atomic():
            counting.add(city_id=filled.city_id, changes=[text(filled, was="handed", state="delivered")])
            fold.start()
            time.sleep(0.6)
        fold.join(20)
        assert folded_days(filled) >= 31
        assert reports(filled)[0].total.counts == replace(before, delivered=1)


def _fold(city_id: int) -> None:
    with signed_in_as("worker"):
        folding.fold(city_id=city_id, now=LATER, most=60)
        connection.close()
