"""Finding what stands out: counted from traces and tallies as the worker, looked into by whoever answers for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connections
from psycopg import errors

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.reports import anomalies, watching
from tests import cast as stage
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach.messages import tally_of, version_of
from tests.owner import rows
from tests.reports.standing import anomaly_of, looked, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Person


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


@pytest.fixture
def at_the_desk(cast: Cast) -> Iterator[None]:
    with signed_in_as("desk"):
        yield


def history(cast: Cast, *people: Person, viewed: int = 30) -> None:
    today = day_of(stage.now())
    for person in people:
        for back in range(1, 21):
            watched(cast, person, today - timedelta(days=back), viewed=viewed + back % 5)


def watch(cast: Cast) -> int:
    with signed_in_as("worker"):
        return watching.watch(city_id=cast.city_id, day=day_of(stage.now()), now=stage.now())


def found(cast: Cast) -> dict[tuple[int, str], int]:
    query = "SELECT staff_id, kind, seen FROM reports_anomaly WHERE city_id = %(c)s"
    return {(staff_id, kind): seen for staff_id, kind, seen in rows(query, c=cast.city_id)}


class TestCounting:
    def test_counts_members_once_tries_and_texts_by_hand(self, cast: Cast) -> None:
        noon = start_of(day_of(stage.now())) + timedelta(hours=12)
        looked(cast, cast.lan, noon, [1, 2, 3])
        looked(cast, cast.lan, noon + timedelta(hours=1), [3, 4], action="member.library")
        looked(cast, cast.lan, noon.replace(hour=23), [5])
        looked(cast, cast.lan, noon, list(range(50)), action="pools.list")
        looked(cast, cast.lan, noon, [9], outcome="denied", reason="no_ground")
        looked(cast, cast.lan, noon, [9], outcome="denied", reason="hours")
        looked(cast, cast.lan, noon - timedelta(days=1), [77])
        version = version_of(f"提醒 {cast.code}")
        tally_of(cast, cast.lan, version_id=version, at=noon, handed=7, dropped=2)
        tally_of(cast, cast.lan, version_id=version, at=noon, how="automatic", handed=80)
        watch(cast)
        query = "SELECT viewed, night, denied, texted FROM reports_watched WHERE city_id = %(c)s AND staff_id = %(s)s"
        assert rows(query, c=cast.city_id, s=cast.lan.staff_id) == [(5, 1, 1, 9)]

    def test_finds_who_stands_out_and_nobody_else(self, cast: Cast) -> None:
        noon = start_of(day_of(stage.now())) + timedelta(hours=12)
        history(cast, cast.lan, cast.mei, cast.liu)
        looked(cast, cast.lan, noon, list(range(96)))
        looked(cast, cast.mei, noon, list(range(33)))
        assert watch(cast) == 1
        assert found(cast) == {(cast.lan.staff_id, "viewed"): 96}

    def test_a_second_run_adds_nothing_and_tells_what_grew(self, cast: Cast) -> None:
        noon = start_of(day_of(stage.now())) + timedelta(hours=12)
        history(cast, cast.lan, cast.mei)
        looked(cast, cast.lan, noon, list(range(96)))
        assert (watch(cast), watch(cast)) == (1, 0)
        looked(cast, cast.lan, noon, list(range(120)))
        assert watch(cast) == 0
        assert found(cast) == {(cast.lan.staff_id, "viewed"): 120}

    def test_denied_tries_stand_out_early(self, cast: Cast) -> None:
        noon = start_of(day_of(stage.now())) + timedelta(hours=12)
        history(cast, cast.lan, cast.mei)
        for member in range(8):
            looked(cast, cast.mei, noon, [member], outcome="denied", reason="no_ground")
        watch(cast)
        assert found(cast) == {(cast.mei.staff_id, "denied"): 8}

    def test_forgets_days_that_nothing_is_compared_with(self, cast: Cast) -> None:
        watched(cast, cast.lan, day_of(stage.now()) - timedelta(days=401), viewed=5)
        watch(cast)
        assert rows("SELECT day FROM reports_watched WHERE city_id = %(c)s", c=cast.city_id) == []


@pytest.mark.usefixtures("at_the_desk")
class TestLookingIntoIt:
    def test_closes_it_with_a_note_that_stays(self, cast: Cast) -> None:
        number = anomaly_of(cast, cast.lan)
        with signed_in_as("desk"):
            by, now = cast.zheng.actor(), stage.now()
            anomalies.acknowledge(by=by, city_id=cast.city_id, anomaly_id=number, result="talked", note=" 已谈话 ", now=now)
            line, notes, _days = anomalies.anomaly(by=by, city_id=cast.city_id, anomaly_id=number)
            with pytest.raises(anomalies.AlreadyNoted):
                anomalies.acknowledge(by=by, city_id=cast.city_id, anomaly_id=number, result="talked", note="又", now=now)
        assert (line.open, line.words, [(each.words, each.seen) for each in notes]) == (False, "已谈话", [("已谈话", 96)])
        query = "SELECT action, why FROM audit_change WHERE staff_id = %(s)s"
        assert rows(query, s=cast.zheng.staff_id) == [("reports.anomaly", "已谈话")]

    def test_what_grows_much_further_is_open_again(self, cast: Cast) -> None:
        number = anomaly_of(cast, cast.lan, seen=80)
        with signed_in_as("desk"):
            by = cast.zheng.actor()
            anomalies.acknowledge(
                by=by, city_id=cast.city_id, anomaly_id=number, result="explained", note="活动日", now=stage.now()
            )
        for seen, is_open in ((100, False), (101, True)):
            stage.run("UPDATE reports_anomaly SET seen = %(n)s WHERE id = %(i)s", n=seen, i=number)
            assert [line.open for line in anomalies.anomalies(by=by, now=stage.now())] == [is_open]

    @pytest.mark.parametrize(
        ("result", "note"),
        [("", "x"), ("talked", "  "), ("forgiven", "x"), ("talked", "打 138 0013 8000 问过"), ("talked", "x" * 301)],
    )
    def test_takes_a_result_and_words_without_numbers(self, cast: Cast, result: str, note: str) -> None:
        number = anomaly_of(cast, cast.lan)
        with pytest.raises(anomalies.BadNote):
            anomalies.acknowledge(
                by=cast.zheng.actor(), city_id=cast.city_id, anomaly_id=number, result=result, note=note, now=stage.now()
            )

    def test_nobody_sees_or_closes_their_own_or_another_stores(self, cast: Cast) -> None:
        today = day_of(stage.now())  # first in a long list
        own, west = anomaly_of(cast, cast.zheng, day=today), anomaly_of(cast, cast.wu, day=today)
        by = cast.zheng.actor()
        assert anomalies.anomalies(by=by, now=stage.now()) == []
        for number in (own, west):
            with pytest.raises(NotFound):
                anomalies.anomaly(by=by, city_id=cast.city_id, anomaly_id=number)
            with pytest.raises(NotFound):
                anomalies.acknowledge(by=by, city_id=cast.city_id, anomaly_id=number, result="talked", note="x", now=stage.now())
        assert {line.staff_id for line in anomalies.anomalies(by=cast.privacy_officer.actor(), now=stage.now())} >= {
            cast.zheng.staff_id,
            cast.wu.staff_id,
        }

    def test_the_database_itself_refuses_ones_own(self, cast: Cast) -> None:
        with pytest.raises(errors.CheckViolation):
            stage.insert(
                "reports_acknowledgement", city_id=cast.city_id, anomaly_id=1, about_id=7, by_id=7, at=stage.now(), result="talked",
                note="x", seen=1,
            )  # fmt: skip

    @pytest.mark.parametrize("name", ["lan", "chen", "fraud_desk", "trainer"])
    def test_is_not_for_others(self, cast: Cast, name: str) -> None:
        with pytest.raises(NotAllowed):
            anomalies.anomalies(by=cast.people[name].actor(), now=stage.now())

    def test_the_auditor_reads_and_closes_nothing(self, cast: Cast) -> None:
        number, by = anomaly_of(cast, cast.lan, day=day_of(stage.now())), cast.auditor.actor()
        assert number in {line.anomaly_id for line in anomalies.anomalies(by=by, now=stage.now())}
        with pytest.raises(NotAllowed):
            anomalies.acknowledge(by=by, city_id=cast.city_id, anomaly_id=number, result="talked", note="x", now=stage.now())

    def test_two_at_once_are_one(self, cast: Cast) -> None:
        number, actors = anomaly_of(cast, cast.lan), [cast.zheng.actor(), cast.operations.actor()] * 4

        def press(by: Actor) -> bool:
            try:
                with signed_in_as("desk"):
                    anomalies.acknowledge(
                        by=by, city_id=cast.city_id, anomaly_id=number, result="talked", note="x", now=stage.now()
                    )
            except anomalies.AlreadyNoted:
                return False
            finally:
                connections.close_all()
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(press, actors)) == [False] * 7 + [True]
        assert rows(
            "SELECT count(*) FROM reports_acknowledgement WHERE anomaly_id = %(i)s AND city_id = %(c)s", i=number, c=cast.city_id
        ) == [(1,)]
