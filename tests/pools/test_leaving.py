"""Leaving and moving (离职、调岗): what ends, who may say so, and that nothing slips in meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import staffing
from hongxian.pools import claiming, distributing, leaving, reassigning
from hongxian.pools.filtering import EVERYBODY
from tests.world import NOON, World, broken_promises, rows, run, value

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lan(world: World) -> Actor:
    return world.consultant()


def operations(world: World) -> Actor:
    return replace(world.staff(role=Role.OPERATIONS), city_id=0)


def claim(by: Actor, pool_id: int, n: int = 1) -> list[int]:
    return [each.member_id for each in claiming.claim_next(by=by, pool_id=pool_id, n=n, filters=EVERYBODY, now=NOON)]


def staff_row(of: Actor) -> tuple[object, ...]:
    return rows("SELECT role, store_id, team_id, tier, active, left_on, session_epoch FROM org_staff WHERE id = %s", of.staff_id)[
        0
    ]


def leave(by: Actor, who: Actor, why: str = "辞职") -> leaving.Gone:
    return leaving.leave(by=by, staff_id=who.staff_id, why=why, now=NOON)


def to_team(team_id: int, *, tier: str = "Y") -> staffing.Place:
    return staffing.Place(role="consultant", team_id=team_id, tier=tier)


class TestLeave:
    def test_ends_everything_in_one_go(self, world: World, lan: Actor) -> None:
        world.entries(5)
        held = claim(lan, world.stores[0].pool_id, 5)
        world.suppress(held[0])
        for kind in ("push", "case", "contract"):
            run(
                "INSERT INTO vault_ground VALUES (%s, %s, %s, %s, %s)",
                world.city_id,
                held[1],
                lan.staff_id,
                kind,
                world.now.replace(year=2030),
            )
        gone = leave(operations(world), lan)
        assert (gone.returned, gone.grounds) == (5, 2), "what was pushed went with the holding already"
        assert world.count("pools_holding") == 0
        assert world.ids("pools_entry") == held[1:]
        assert world.count("vault_ground", "staff_id = %s", lan.staff_id) == 0
        assert staff_row(lan)[4:] == (False, world.today, 1)
        assert broken_promises(world.city_id) == []

    def test_is_written_down_with_its_reason(self, world: World, lan: Actor) -> None:
        by = operations(world)
        leave(by, lan, why="合同到期")
        [(who, action, before, after, why)] = rows(
            "SELECT staff_id, action, before, after, why FROM audit_change WHERE thing = %s", f"staff {lan.staff_id}"
        )
        assert (who, action, why) == (by.staff_id, "org.leave", "合同到期")
        assert (before["active"], after["active"], after["left_on"]) == (True, False, str(world.today))

    @pytest.mark.parametrize("why", ["", "  ", "因" * 201])
    def test_needs_a_reason(self, world: World, lan: Actor, why: str) -> None:
        with pytest.raises(leaving.NeedsWhy):
            leave(operations(world), lan, why=why)
        assert staff_row(lan)[4] is True

    def test_twice_is_refused(self, world: World, lan: Actor) -> None:
        by = operations(world)
        leave(by, lan)
        with pytest.raises(leaving.HasLeft):
            leave(by, lan)

    def test_is_for_their_stores_manager(self, world: World, lan: Actor) -> None:
        leave(world.store_manager(), lan)
        assert staff_row(lan)[4] is False

    def test_by_others_looks_like_nobody_and_is_traced(self, world: World, lan: Actor) -> None:
        peer, elsewhere = world.store_manager(), world.store_manager(store=world.stores[1])
        for by, who in ((elsewhere, lan), (peer, peer), (peer, world.store_manager())):
            with pytest.raises(NotFound):
                leave(by, who)
        assert world.denials() == [("org.leave", "out_of_reach")] * 3
        with pytest.raises(NotAllowed):
            leave(world.team_manager(), lan)

    def test_shuts_the_hand_for_whatever_began_before(self, world: World, lan: Actor) -> None:
        """An actor read a moment earlier is worth nothing: not to claim, not to receive, not to be dealt to."""
        ids = world.entries(6)
        mei = world.consultant()
        claim(mei, world.stores[0].pool_id)
        leave(operations(world), lan)
        with pytest.raises(claiming.CannotClaim):
            claim(lan, world.stores[0].pool_id)
        with pytest.raises(claiming.CannotClaim):
            claiming.claim_chosen(by=lan, pool_id=world.stores[0].pool_id, member_ids=ids[3:4], now=NOON)
        run("UPDATE org_staff SET active = true WHERE id = %s", lan.staff_id)  # as somebody saw them a moment earlier
        with pytest.raises(reassigning.ReceiverFull):
            reassigning.reassign(by=world.team_manager(), member_ids=ids[:1], to_staff_id=lan.staff_id, now=NOON)
        distributing.deal(by=world.system(), store_id=world.stores[0].store_id, day=world.today, now=NOON)
        assert world.count("pools_holding", "staff_id = %s", lan.staff_id) == 0
        assert broken_promises(world.city_id) == []


class TestMove:
    def test_leaves_the_held_behind_and_goes_on_elsewhere(self, world: World, lan: Actor) -> None:
        world.entries(3)
        held = claim(lan, world.stores[0].pool_id, 3)
        other = world.stores[1]
        gone = leaving.move(by=operations(world), staff_id=lan.staff_id, place=to_team(other.teams[0]), why="调店", now=NOON)
        assert gone.returned == 3
        assert world.ids("pools_entry") == held
        assert staff_row(lan) == ("consultant", other.store_id, other.teams[0], "Y", True, None, 1)
        world.entries(2, pool_id=other.pool_id)
        with pytest.raises(claiming.CannotClaim):  # the actor of before
            claim(lan, world.stores[0].pool_id)
        moved = replace(lan, store_id=other.store_id, team_id=other.teams[0], tier="Y")
        assert len(claim(moved, other.pool_id)) == 1
        assert broken_promises(world.city_id) == []

    def test_to_another_city_and_back(self, world: World, lan: Actor) -> None:
        elsewhere, by = World(), operations(world)
        world.entries(2)
        claim(lan, world.stores[0].pool_id)
        store = elsewhere.stores[0]
        leaving.move(by=by, staff_id=lan.staff_id, place=to_team(store.teams[0], tier="X"), why="调城", now=NOON)
        elsewhere.entries(1)
        moved = replace(lan, city_id=elsewhere.city_id, store_id=store.store_id, team_id=store.teams[0])
        assert len(claim(moved, store.pool_id)) == 1
        with pytest.raises(claiming.CannotClaim):
            claim(lan, world.stores[0].pool_id)
        leaving.move(by=by, staff_id=lan.staff_id, place=to_team(world.stores[0].teams[1], tier="X"), why="回来", now=NOON)
        assert elsewhere.count("pools_holding") == 0
        run("DELETE FROM pools_former WHERE city_id = %s", world.city_id)
        back = replace(lan, team_id=world.stores[0].teams[1])
        assert len(claim(back, world.stores[0].pool_id)) == 1
        assert broken_promises(world.city_id) == broken_promises(elsewhere.city_id) == []

    def test_into_headquarters_shuts_the_hand(self, world: World, lan: Actor) -> None:
        world.entries(1)
        leaving.move(by=operations(world), staff_id=lan.staff_id, place=staffing.Place(role="trainer"), why="转岗", now=NOON)
        assert staff_row(lan)[:5] == ("trainer", None, None, None, True)
        with pytest.raises(claiming.CannotClaim):
            claim(lan, world.stores[0].pool_id)

    @pytest.mark.parametrize(
        "place",
        [
            staffing.Place(role=""),
            staffing.Place(role="member"),
            staffing.Place(role="system"),
            staffing.Place(role="consultant", tier="X"),
            staffing.Place(role="store_manager"),
            staffing.Place(role="team_manager", team_id=2**40),
        ],
    )
    def test_needs_a_place_that_is_one(self, world: World, lan: Actor, place: staffing.Place) -> None:
        with pytest.raises(staffing.BadPlace):
            leaving.move(by=operations(world), staff_id=lan.staff_id, place=place, why="x", now=NOON)
        assert staff_row(lan)[6] == 0

    def test_by_a_stores_manager_stays_within_the_store_and_its_teams(self, world: World, lan: Actor) -> None:
        manager = world.store_manager()
        for place in (
            to_team(world.stores[1].teams[0]),
            staffing.Place(role="store_manager", store_id=world.stores[0].store_id),
            staffing.Place(role="operations"),
            staffing.Place(role="auditor"),
        ):
            with pytest.raises(staffing.BadPlace):
                leaving.move(by=manager, staff_id=lan.staff_id, place=place, why="x", now=NOON)
        leaving.move(by=manager, staff_id=lan.staff_id, place=to_team(world.stores[0].teams[1]), why="换组", now=NOON)
        assert staff_row(lan)[2] == world.stores[0].teams[1]

    def test_to_where_they_are_is_none(self, world: World, lan: Actor) -> None:
        with pytest.raises(leaving.SamePlace):
            leaving.move(
                by=operations(world), staff_id=lan.staff_id, place=to_team(world.stores[0].teams[0], tier="X"), why="x", now=NOON
            )


class TestRace:
    @pytest.mark.parametrize("round_", range(6))
    def test_who_claims_while_leaving_holds_nobody_afterwards(self, round_: int) -> None:
        world = World()
        lan, by = world.consultant(), operations(world)
        ids = world.entries(40)
        begin, gone = threading.Barrier(4), threading.Event()

        def claims(chosen: list[int]) -> int:
            begin.wait()
            taken = 0
            try:
                for after in range(60):
                    try:
                        if chosen:
                            claiming.claim_chosen(
                                by=lan, pool_id=world.stores[0].pool_id, member_ids=[chosen[after % len(chosen)]], now=NOON
                            )
                        else:
                            taken += len(claim(lan, world.stores[0].pool_id, 1))
                    except Refusal:
                        if gone.is_set():
                            break
            finally:
                connection.close()
            return taken

        def leaves() -> None:
            begin.wait()
            try:
                if round_ % 2:
                    place = to_team(world.stores[1].teams[0])
                    leaving.move(by=by, staff_id=lan.staff_id, place=place, why="x", now=NOON)
                else:
                    leave(by, lan)
                gone.set()
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as threads:
            done: list[Future[Any]] = [
                threads.submit(claims, []),
                threads.submit(claims, []),
                threads.submit(claims, ids[20:]),
                threads.submit(leaves),
            ]
            for each in done:
                each.result()
        assert world.count("pools_holding") == 0
        assert world.count("vault_ground") == 0
        assert value("SELECT coalesce(sum(held), 0)::int FROM pools_hand WHERE city_id = %s", world.city_id) == 0
        assert broken_promises(world.city_id) == []
