"""Reshuffling a city's pool: a new order within grade and band, in batches, once a month, and nobody is lost or held twice."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.org import rules
from hongxian.pools import claiming, grading, ranking, reshuffling
from hongxian.pools.filtering import EVERYBODY
from tests.world import NOON, World, broken_promises, rows, run, value

pytestmark = pytest.mark.usefixtures("home")
BAND = 30 * 86_400


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reshuffling, "BATCH", 7)


def operations() -> Actor:
    return Actor(staff_id=1, role=Role.OPERATIONS, trained=True, agreement_live=True)


def people(world: World, n: int = 40, *, consents: bool = True) -> list[int]:
    ids = world.members(n, consents=consents, intends=True)
    world.put(ids, pool_id=world.city_pool)
    return ids


def walk(world: World, *, now: datetime = NOON) -> int:
    return reshuffling.work(by=world.system(), city_id=world.city_id, clock=lambda: now, until=now + timedelta(seconds=1))


def ranks(world: World) -> dict[int, int]:
    found = rows("SELECT member_id, rank FROM pools_entry WHERE city_id = %s AND pool_id = %s", world.city_id, world.city_pool)
    return dict(found)


@pytest.mark.usefixtures("small_batches")
class TestWalk:
    def test_gives_everybody_a_new_place_within_grade_and_band(self, world: World) -> None:
        ids = people(world)
        before = ranks(world)
        assert reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)
        assert walk(world) == 6
        after = ranks(world)
        assert set(after) == set(ids)
        grades = dict(rows("SELECT id, grade FROM members_member WHERE city_id = %s", world.city_id))
        mask = (1 << ranking.GRADE_BITS) - 1
        assert {each: ranking.grade_of(rank) for each, rank in after.items()} == grades
        assert all((after[each] & mask) // BAND == (before[each] & mask) // BAND for each in ids)
        assert sorted(ids, key=after.__getitem__) != sorted(ids, key=before.__getitem__)
        assert broken_promises(world.city_id) == []

    def test_says_what_it_did_and_ends(self, world: World) -> None:
        ids = people(world)
        run("UPDATE members_member SET contacts = 24 WHERE city_id = %s AND id = %s", world.city_id, ids[0])
        world.suppress(ids[1])
        reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)
        walk(world)
        (row,) = [each for each in reshuffling.reshuffles(by=operations(), today=world.today) if each.city_id == world.city_id]
        assert (row.walked, row.moved, row.left_out, row.ended_at) == (40, 38, 2, NOON)
        assert row.regraded == 40
        gone = rows("SELECT reason FROM pools_ledger WHERE city_id = %s AND move = 'left' ORDER BY 1", world.city_id)
        assert gone == [("lifetime",), ("unreachable",)]

    def test_goes_on_where_a_worker_died(self, world: World) -> None:
        ids = people(world)
        reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)
        for _ in range(2):
            reshuffling.step(by=world.system(), city_id=world.city_id, now=NOON)
        assert value("SELECT walked_to FROM pools_reshuffle WHERE city_id = %s", world.city_id) == ids[13]
        walk(world)
        assert value("SELECT walked FROM pools_reshuffle WHERE city_id = %s", world.city_id) == 40

    def test_leaves_store_pools_alone(self, world: World) -> None:
        people(world, 5)
        world.entries(9)
        before = rows("SELECT member_id, rank FROM pools_entry WHERE pool_id = %s ORDER BY 1", world.stores[0].pool_id)
        reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)
        walk(world)
        assert rows("SELECT member_id, rank FROM pools_entry WHERE pool_id = %s ORDER BY 1", world.stores[0].pool_id) == before

    def test_grades_stores_pools_anew_by_the_weights_in_force(self, world: World) -> None:
        ids = world.members(6, intends=False)
        world.put(ids, pool_id=world.stores[0].pool_id)
        weights = {"completeness": 0, "intent": 0, "freshness": 100, "history": 0, "a": 75, "b": 60, "c": 40, "d": 25}
        run(
            "INSERT INTO org_rule (key, value, effective_from, made_at, made_by, why) VALUES ('grading.weights', %s, %s, %s, 0, 'test')",
            json.dumps(weights),
            NOON - timedelta(minutes=2),
            NOON - timedelta(minutes=2),
        )
        rules.forget()
        try:
            reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)
            walk(world)
            found = rows(
                "SELECT DISTINCT grade, grade_score, grade_inputs::text FROM members_member WHERE city_id = %s", world.city_id
            )
            places = rows("SELECT DISTINCT rank >> 40 FROM pools_entry WHERE city_id = %s", world.city_id)
        finally:
            run("DELETE FROM org_rule WHERE key = 'grading.weights' AND why = 'test'")
            rules.forget()
        ((grade, score, inputs),) = found
        assert (grade, score, places) == ("A", 100, [(0,)])
        assert "新近程度 100/100" in grading.explain(json.loads(inputs)), "explained by the weights it was made with"
        assert "资料完整度 0/0" in grading.explain(json.loads(inputs))

    def test_claims_in_between_take_the_best_and_break_nothing(self, world: World) -> None:
        people(world)
        lan = world.consultant()
        reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)
        got: list[int] = []
        while reshuffling.step(by=world.system(), city_id=world.city_id, now=NOON):
            best = min(ranks(world).values())
            claims = claiming.claim_next(by=lan, pool_id=world.city_pool, n=1, filters=EVERYBODY, now=NOON)
            held = value(
                "SELECT rank FROM pools_holding WHERE city_id = %s AND member_id = %s", world.city_id, claims[0].member_id
            )
            assert held == best
            got += [each.member_id for each in claims]
        assert len(set(got)) == 6
        assert broken_promises(world.city_id) == []


class TestBeginning:
    def test_is_once_a_month_from_the_first_night(self, world: World) -> None:
        people(world, 3)
        first = datetime(2026, 7, 1, 1, 30, tzinfo=COMPANY_ZONE)
        begun = [
            reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=now)
            for now in (first, first.replace(day=11), first.replace(hour=2), first.replace(hour=3), first.replace(day=9))
        ]
        assert begun == [False, False, True, False, False]
        walk(world, now=first)
        assert not reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=first.replace(day=31))
        assert reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=first.replace(month=8, hour=5))

    def test_by_hand_is_for_operations_with_a_reason(self, world: World) -> None:
        with pytest.raises(NotFound):
            reshuffling.begin_now(by=operations(), city_id=world.city_id, why="x", now=NOON)
        people(world, 3)
        for actor in (world.store_manager(), world.consultant()):
            with pytest.raises(NotAllowed):
                reshuffling.begin_now(by=actor, city_id=world.city_id, why="x", now=NOON)
        with pytest.raises(reshuffling.WhyMissing):
            reshuffling.begin_now(by=operations(), city_id=world.city_id, why=" ", now=NOON)
        reshuffling.begin_now(by=operations(), city_id=world.city_id, why="新的权重", now=NOON)
        with pytest.raises(reshuffling.UnderWay):
            reshuffling.begin_now(by=operations(), city_id=world.city_id, why="x", now=NOON)
        walk(world)
        reshuffling.begin_now(by=operations(), city_id=world.city_id, why="又一次", now=NOON)
        assert value("SELECT count(*) FROM audit_change WHERE thing = %s", f"city {world.city_id}") == 2

    def test_an_empty_pool_is_not_reshuffled(self, world: World) -> None:
        assert not reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)

    def test_steps_are_the_worker_s(self, world: World) -> None:
        with pytest.raises(NotAllowed):
            reshuffling.step(by=world.consultant(), city_id=world.city_id, now=NOON)
