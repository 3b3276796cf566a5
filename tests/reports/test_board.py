"""The live board's numbers: today's counts by team and store, beside what they cost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.reports import board, work
from tests.outreach.messages import tally_of, version_of
from tests.owner import insert_bare, now, run
from tests.reports.conftest import booked, complained, worked

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cast import Cast


def noon() -> datetime:
    return start_of(day_of(now())) + timedelta(hours=12)


def panels(cast: Cast) -> dict[str, board.Panel]:
    found = board.snapshot(scope=board.Scope(cast.city_id, cast.east), now=noon())
    return {each.work.name: each for each in found.panels}


class TestSnapshot:
    def test_has_every_team_with_what_it_did_and_what_that_cost(self, cast: Cast) -> None:
        worked(
            cast,
            cast.lan,
            at=noon(),
            team_id=cast.team,
            calls=40,
            connects=20,
            talk_seconds=600,
            visits=9,
            refusals=1,
            cap_hits=3,
        )
        worked(cast, cast.mei, at=noon(), team_id=cast.team, calls=10, rests=2)
        version = version_of(f"见面提醒 {cast.code}")
        tally_of(cast, cast.lan, version_id=version, at=noon(), how="hand", handed=7, opted_out=1)
        tally_of(cast, cast.lan, version_id=version, at=noon(), how="campaign", handed=500, opted_out=4)
        insert_bare(
            "pools_quota",
            city_id=cast.city_id,
            staff_id=cast.lan.staff_id,
            day=day_of(noon()),
            kind="store",
            cap=20,
            used=9,
            rank_floor=0,
        )
        complained(cast, at=noon(), alias="mei老师")
        booked(cast, cast.lan, at=noon(), team_id=cast.team, many=2)
        found = panels(cast)
        one = found["一组"].work
        assert (one.claims, one.calls, one.connects, one.minutes, one.texts, one.contacts) == (9, 50, 20, 10, 7, 57)
        assert (one.booked, one.refusals, one.opted_out, one.noes) == (2, 1, 5, 6)
        assert (one.complaints, one.cap_hits, one.rests, one.harm) == (1, 3, 2, 10)
        assert found["一组"].state == board.STOPPED
        assert (found["二组"].work.contacts, found["二组"].state) == (0, board.BEGINNING)

    def test_has_no_other_day_and_no_other_store(self, cast: Cast) -> None:
        worked(cast, cast.lan, at=noon() - timedelta(days=1), team_id=cast.team, calls=99)
        worked(cast, cast.wu, at=noon(), team_id=cast.west_team, store_id=cast.west, calls=98)
        complained(cast, at=noon() - timedelta(days=1), alias="lan老师")
        complained(cast, at=noon(), store_id=cast.west)
        found = board.snapshot(scope=board.Scope(cast.city_id, cast.east), now=noon())
        assert (found.total.calls, found.total.complaints) == (0, 0)

    def test_counts_a_complaint_about_nobody_in_particular_for_the_store(self, cast: Cast) -> None:
        complained(cast, at=noon())
        complained(cast, at=noon(), city_id=0, member_id=None, number_hash=b"x" * 32)  # of somebody without a record
        found = board.snapshot(scope=board.Scope(cast.city_id, cast.east), now=noon())
        assert found.total.complaints == 2
        assert found.unplaced is not None
        assert found.unplaced.complaints == 2
        assert found.state == board.WATCHED

    def test_of_a_city_is_by_store(self, cast: Cast) -> None:
        worked(cast, cast.lan, at=noon(), team_id=cast.team, calls=5)
        worked(cast, cast.wu, at=noon(), team_id=cast.west_team, store_id=cast.west, calls=6)
        complained(cast, at=noon(), city_id=0, member_id=None, number_hash=b"y" * 32)
        found = board.snapshot(scope=board.Scope(cast.city_id), now=noon())
        assert {each.work.unit_id: each.work.calls for each in found.panels} == {cast.east: 5, cast.west: 6}
        assert {each.work.unit_id: each.work.complaints for each in found.panels} == {cast.east: 1, cast.west: 0}
        assert found.by_store

    def test_ranks_over_seven_days(self, cast: Cast) -> None:
        for back in range(9):
            for person, team, many in ((cast.lan, cast.team, 1 if back < 7 else 30), (cast.liu, cast.other_team, 2)):
                at = noon() - timedelta(days=back)
                worked(cast, person, at=at, team_id=team, calls=30)
                booked(cast, person, at=at + timedelta(minutes=40 * back), team_id=team, many=many)
        found = panels(cast)
        assert (found["一组"].place, found["二组"].place) == (2, 1)
        assert found["一组"].work.booked == 1

    def test_has_who_came_for_the_store_and_team_of_then(self, cast: Cast) -> None:
        at = noon()
        for hours, state in ((0, "arrived"), (1, "arrived"), (2, "no_show"), (3, "cancelled"), (4, "cancelled")):
            booked(cast, cast.lan, at=at + timedelta(hours=hours), team_id=cast.team, state=state)
        run(
            "UPDATE org_staff SET store_id = %(s)s, team_id = %(t)s WHERE id = %(i)s",
            s=cast.west,
            t=cast.west_team,
            i=cast.lan.staff_id,
        )
        one = panels(cast)["一组"].work
        assert (one.booked, one.arrived, one.no_show) == (0, 2, 1), "what was called off was booked for nothing"
        stores = board.snapshot(scope=board.Scope(cast.city_id), now=noon())
        assert {each.work.unit_id: each.work.arrived for each in stores.panels} == {cast.east: 2, cast.west: 0}

    def test_names_a_team_that_nobody_works_in_any_more(self, cast: Cast) -> None:
        booked(cast, cast.lan, at=noon(), team_id=cast.team, state="arrived")
        run("UPDATE org_staff SET active = false WHERE team_id = %(t)s", t=cast.team)
        assert all(panels(cast))
        assert sum(each.work.arrived for each in panels(cast).values()) == 1

    def test_gives_nothing_for_an_outcome_that_nobody_booked(self, cast: Cast) -> None:
        worked(cast, cast.lan, at=noon(), team_id=cast.team, calls=300, visits=300)
        worked(cast, cast.liu, at=noon(), team_id=cast.other_team, calls=300)
        booked(cast, cast.liu, at=noon(), team_id=cast.other_team)
        found = panels(cast)
        assert (found["一组"].place, found["二组"].place) == (None, 1)

    def test_draws_the_hours_of_today(self, cast: Cast) -> None:
        worked(cast, cast.lan, at=noon(), team_id=cast.team, calls=5, refusals=1)
        worked(cast, cast.mei, at=noon(), team_id=cast.team, calls=2)
        found = board.snapshot(scope=board.Scope(cast.city_id, cast.east), now=noon())
        assert [(each.hour, each.calls, each.refusals) for each in found.hours] == [(12, 7, 1)]

    def test_sums_one_hour_without_claims(self, cast: Cast) -> None:
        worked(cast, cast.lan, at=noon(), team_id=cast.team, calls=5)
        insert_bare(
            "pools_quota",
            city_id=cast.city_id,
            staff_id=cast.lan.staff_id,
            day=day_of(noon()),
            kind="store",
            cap=20,
            used=9,
            rank_floor=0,
        )
        [one] = work.of(
            unit=work.TEAM, city_id=cast.city_id, store_id=cast.east, team_id=cast.team, span=work.Span.of_hour(noon())
        )
        assert (one.calls, one.claims) == (5, 0)
        later = work.Span.of_hour(noon() + timedelta(hours=1))
        [none] = work.of(unit=work.TEAM, city_id=cast.city_id, store_id=cast.east, team_id=cast.team, span=later)
        assert none.empty


class TestScope:
    def test_is_the_own_store_whatever_is_asked(self, cast: Cast) -> None:
        for name in ("chen", "zheng"):
            by = cast.people[name].actor()
            assert board.scope_of(by=by) == board.Scope(cast.city_id, cast.east)
            assert board.scope_of(by=by, store_id=cast.east) == board.Scope(cast.city_id, cast.east)
            with pytest.raises(NotFound):
                board.scope_of(by=by, store_id=cast.west)
            with pytest.raises(NotFound):
                board.scope_of(by=by, city_id=cast.city_id + 1)

    def test_of_operations_is_what_they_choose(self, cast: Cast) -> None:
        by = cast.operations.actor()
        assert board.scope_of(by=by) == board.Scope(0)
        assert board.scope_of(by=by, city_id=cast.city_id) == board.Scope(cast.city_id)
        assert board.scope_of(by=by, store_id=cast.west) == board.Scope(cast.city_id, cast.west)
        for wrong in ({"store_id": 2**40}, {"city_id": 2**30}):
            with pytest.raises(NotFound):
                board.scope_of(by=by, **wrong)

    @pytest.mark.parametrize("name", ["lan", "auditor", "privacy_officer", "trainer", "fraud_desk"])
    def test_is_nobody_elses(self, cast: Cast, name: str) -> None:
        with pytest.raises(NotAllowed):
            board.scope_of(by=cast.people[name].actor())

    def test_is_nobodys_without_training_or_agreement(self, cast: Cast) -> None:
        cast.forget_training(cast.zheng)
        with pytest.raises(NotAllowed, match="not_allowed"):
            board.scope_of(by=cast.zheng.actor())
        cast.expire_agreement(cast.west)
        with pytest.raises(NotAllowed):
            board.scope_of(by=cast.xu.actor())
