"""Reviewing: proposals from a month's counts, once; the manager of the store decides, with a reason and a trace of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from hongxian.kernel.clock import start_of
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.tiers import reviewing
from tests.conftest import signed_in_as
from tests.world import NOON, World, rows, run, value

pytestmark = pytest.mark.usefixtures("home")
MONTH = date(2026, 5, 1)


@pytest.fixture
def world() -> World:
    return World()


def called(
    world: World, staff_id: int, *, calls: int, interested: int = 0, refusals: int = 0, on: date = date(2026, 5, 12)
) -> None:
    run(
        "INSERT INTO outreach_tally (city_id, staff_id, span, begins, store_id, team_id, calls, connects, no_answers, interested, visits, refusals)"
        " VALUES (%s, %s, 'day', %s, %s, 0, %s, 0, 0, %s, 0, %s)",
        world.city_id,
        staff_id,
        start_of(on),
        world.stores[0].store_id,
        calls,
        interested,
        refusals,
    )


def joined(staff_id: int, on: date = date(2025, 1, 1)) -> None:
    run("UPDATE org_staff SET joined_on = %s WHERE id = %s", on, staff_id)


def complained(world: World, alias: str) -> None:
    run(
        "INSERT INTO rights_complaint (city_id, member_id, about, store_id, staff_alias, opened_at) VALUES (%s, 1, 'staff', %s, %s, %s)",
        world.city_id,
        world.stores[0].store_id,
        alias,
        start_of(date(2026, 5, 20)),
    )


def propose(world: World) -> int:
    return reviewing.propose(by=world.system(), store_id=world.stores[0].store_id, month=MONTH, now=NOON)


class TestPropose:
    def test_from_last_month_s_counts_with_refusals_and_complaints(self, world: World) -> None:
        good, pressed, complained_of = (world.consultant(tier="Y") for _ in range(3))
        for each in (good, pressed, complained_of):
            joined(each.staff_id)
            called(world, each.staff_id, calls=300, interested=150, refusals=120 if each is pressed else 0)
            called(world, each.staff_id, calls=300, interested=150, on=date(2026, 6, 1))
        complained(world, complained_of.alias)
        assert propose(world) == 3
        found = rows(
            "SELECT staff_id, tier_proposed, reason, calls, refusals, complaints FROM tiers_review WHERE city_id = %s ORDER BY staff_id",
            world.city_id,
        )
        assert found == [
            (good.staff_id, "X", "up", 300, 0, 0),
            (pressed.staff_id, "Z", "down", 300, 120, 0),
            (complained_of.staff_id, "Y", "complaint", 300, 0, 1),
        ]

    def test_counts_a_complaint_against_neither_of_two_who_go_by_one_alias(self, world: World) -> None:
        one, other = world.consultant(tier="Y"), world.consultant(tier="Y")
        run("UPDATE org_staff SET alias = %s WHERE id = %s", one.alias, other.staff_id)
        for each in (one, other):
            joined(each.staff_id)
            called(world, each.staff_id, calls=300, interested=150)
        complained(world, one.alias)
        propose(world)
        assert rows("SELECT complaints FROM tiers_review WHERE city_id = %s", world.city_id) == [(0,), (0,)]

    def test_once_a_month_and_not_for_who_came_later(self, world: World) -> None:
        first = world.consultant(tier="Y")
        joined(first.staff_id, date(2026, 5, 20))
        later = world.consultant(tier="Z")
        joined(later.staff_id, date(2026, 6, 2))
        assert [propose(world), propose(world)] == [1, 0]
        assert rows("SELECT staff_id, reason FROM tiers_review WHERE city_id = %s", world.city_id) == [(first.staff_id, "new")]

    def test_is_the_system_s(self, world: World) -> None:
        with pytest.raises(NotAllowed):
            reviewing.propose(by=world.store_manager(), store_id=world.stores[0].store_id, month=MONTH, now=NOON)


class TestDecide:
    @pytest.fixture
    def review_id(self, world: World) -> Iterator[int]:
        """A review, while this thread is the desk."""
        lan = world.consultant(tier="Y")
        joined(lan.staff_id)
        called(world, lan.staff_id, calls=300, interested=100)
        propose(world)
        with signed_in_as("desk"):
            yield int(value("SELECT id FROM tiers_review WHERE city_id = %s", world.city_id))

    def test_changes_the_tier_and_writes_it_down(self, world: World, review_id: int) -> None:
        manager = world.store_manager()
        reviewing.decide(by=manager, review_id=review_id, tier="X", why="做得好", now=NOON)
        staff_id, tier = rows("SELECT id, tier FROM org_staff WHERE city_id = %s AND role = 'consultant'", world.city_id)[0]
        assert tier == "X"
        (change,) = rows(
            "SELECT before ->> 'tier', after ->> 'tier', why, staff_id FROM audit_change WHERE action = 'tiers.review' AND thing = %s",
            f"staff {staff_id}",
        )
        assert change == ("Y", "X", "做得好", manager.staff_id)
        (row,) = reviewing.reviews(by=manager, today=world.today)
        assert (row.tier_decided, row.why, row.decided_alias) == ("X", "做得好", manager.alias)

    def test_may_keep_against_the_proposal_and_only_once(self, world: World, review_id: int) -> None:
        reviewing.decide(by=world.store_manager(), review_id=review_id, tier="Y", why="再看一个月", now=NOON)
        assert value("SELECT tier FROM org_staff WHERE city_id = %s AND role = 'consultant'", world.city_id) == "Y"
        with pytest.raises(NotFound):
            reviewing.decide(by=world.store_manager(), review_id=review_id, tier="X", why="x", now=NOON)

    def test_needs_a_reason_a_step_and_the_own_store(self, world: World, review_id: int) -> None:
        with pytest.raises(reviewing.WhyMissing):
            reviewing.decide(by=world.store_manager(), review_id=review_id, tier="X", why=" ", now=NOON)
        with pytest.raises(reviewing.TooFar):
            reviewing.decide(by=world.store_manager(), review_id=review_id, tier="", why="x", now=NOON)
        with pytest.raises(NotFound):
            reviewing.decide(by=world.store_manager(store=world.stores[1]), review_id=review_id, tier="X", why="x", now=NOON)
        for actor in (world.team_manager(), world.consultant()):
            with pytest.raises(NotAllowed):
                reviewing.decide(by=actor, review_id=review_id, tier="X", why="x", now=NOON)

    def test_is_void_when_the_consultant_moved_or_left(self, world: World, review_id: int) -> None:
        run("UPDATE org_staff SET tier = 'Z' WHERE city_id = %s AND role = 'consultant'", world.city_id)
        with pytest.raises(reviewing.Moved):
            reviewing.decide(by=world.store_manager(), review_id=review_id, tier="X", why="x", now=NOON)
