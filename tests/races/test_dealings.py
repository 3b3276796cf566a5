"""A dealing undone while its members are being called, and a pool reshuffled while all claim from it."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from hongxian.members import records
from hongxian.pools import claiming, distributing, reshuffling, undoing
from hongxian.pools.filtering import EVERYBODY
from hongxian.vault import permits
from tests.races.test_claims import at_once, remove
from tests.world import NOON, World, broken_promises, rows, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from hongxian.kernel.actor import Actor

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.timeout(120)]
LATER = NOON + timedelta(hours=1)


def let_through(world: World, by: Actor, member_ids: list[int]) -> int:
    """What the gate does for a call, member by member: the row, the holding, then the permit; how many it let through."""
    done = 0
    for member_id in member_ids:
        with transaction.atomic():
            records.lock(city_id=world.city_id, member_id=member_id)
            held = value(
                "SELECT count(*) FROM pools_holding WHERE city_id = %s AND member_id = %s AND staff_id = %s",
                world.city_id,
                member_id,
                by.staff_id,
            )
            time.sleep(0.002)
            if held:
                permits.issue(
                    city_id=world.city_id,
                    member_id=member_id,
                    staff_id=by.staff_id,
                    channel="call",
                    purpose="outreach.call",
                    now=LATER,
                    latest_at=LATER + timedelta(minutes=5),
                )
                done += 1
    return done


def test_an_undoing_takes_back_nobody_who_was_just_let_through(world_of_calls: tuple[World, list[Actor]]) -> None:
    world, staff = world_of_calls
    manager = world.store_manager()
    hands = {each.staff_id: world.ids("pools_holding", "staff_id = %s", each.staff_id) for each in staff}
    works: list[Callable[[], object]] = [lambda by=by: let_through(world, by, hands[by.staff_id][::-1]) for by in staff]  # type: ignore[misc]
    works += [lambda: undoing.undo(by=manager, day=world.today, why="x", now=LATER)]
    works += [lambda member=hand[0]: remove(world, member) for hand in hands.values()]  # type: ignore[misc]
    answers = at_once(works)
    assert all(not isinstance(answer, Exception) for answer in answers)
    lost = rows(
        "SELECT permit.member_id FROM vault_permit AS permit WHERE permit.city_id = %s AND NOT EXISTS (SELECT FROM pools_holding AS holding"
        " WHERE holding.city_id = permit.city_id AND holding.member_id = permit.member_id AND holding.staff_id = permit.staff_id)"
        " AND NOT EXISTS (SELECT FROM members_member AS member WHERE member.city_id = permit.city_id AND member.id = permit.member_id"
        " AND member.suppressed_at IS NOT NULL)",
        world.city_id,
    )
    assert lost == []
    assert broken_promises(world.city_id) == []


@pytest.fixture
def world_of_calls() -> tuple[World, list[Actor]]:
    """Four consultants who were dealt ten each."""
    world = World()
    world.entries(60)
    staff = [world.consultant() for _ in range(4)]
    distributing.deal(by=world.system(), store_id=world.stores[0].store_id, day=world.today, now=NOON)
    return world, staff


def test_two_managers_and_the_system_deal_once_and_again_once_after_an_undoing() -> None:
    world = World()
    world.entries(120)
    staff = [world.consultant() for _ in range(4)]
    store_id = world.stores[0].store_id
    dealers = [world.store_manager(), world.store_manager(), world.system()]
    for at in (NOON, LATER):
        answers = at_once([partial(distributing.deal, by=by, store_id=store_id, day=world.today, now=at) for by in dealers])
        assert sorted(type(answer).__name__ for answer in answers) == ["AlreadyDealt", "AlreadyDealt", "list"]
        counts = [len(world.ids("pools_holding", "staff_id = %s", each.staff_id)) for each in staff]
        assert min(counts) > 0
        assert max(counts) - min(counts) <= 1
        assert broken_promises(world.city_id) == []
        if at == NOON:
            undoing.undo(by=dealers[0], day=world.today, why="x", now=LATER)


def test_two_undo_once(world_of_calls: tuple[World, list[Actor]]) -> None:
    world, _staff = world_of_calls
    manager = world.store_manager()
    answers = at_once([lambda: undoing.undo(by=manager, day=world.today, why="x", now=LATER)] * 3)
    assert sorted(type(answer).__name__ for answer in answers) == ["NothingToUndo", "NothingToUndo", "Undone"]
    assert broken_promises(world.city_id) == []


def test_a_pool_is_reshuffled_by_two_workers_while_all_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reshuffling, "BATCH", 20)
    world = World()
    ids = world.members(400, intends=True)
    world.put(ids, pool_id=world.city_pool)
    staff = [world.consultant() for _ in range(6)]
    reshuffling.begin_month(by=world.system(), city_id=world.city_id, now=NOON)

    def walk() -> int:
        done = 0
        for _ in range(200):
            done += reshuffling.step(by=world.system(), city_id=world.city_id, now=NOON)
        return done

    def claim(by: Actor) -> int:
        return sum(len(claiming.claim_next(by=by, pool_id=world.city_pool, n=5, filters=EVERYBODY, now=NOON)) for _ in range(8))

    works: list[Callable[[], object]] = [walk, walk, *(lambda by=by: claim(by) for by in staff)]
    works += [lambda member=member: remove(world, member) for member in ids[100:110]]  # type: ignore[misc]
    answers = at_once(works)
    assert [answer for answer in answers[2:8] if answer != 40] == []
    assert value("SELECT ended_at IS NOT NULL FROM pools_reshuffle WHERE city_id = %s", world.city_id) is True
    assert broken_promises(world.city_id) == []
