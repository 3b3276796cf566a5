"""Reassigning: a manager moves members between consultants; all or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.org import rules
from hongxian.pools import claiming, reassigning, releasing
from hongxian.pools.filtering import EVERYBODY
from tests.world import NOON, World, broken_promises, rows, run, value

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lan(world: World) -> Actor:
    return world.consultant()


@pytest.fixture
def mate(world: World) -> Actor:
    return world.consultant(tier="Z")


def hold(world: World, by: Actor, n: int = 1, pool_id: int | None = None) -> list[int]:
    pool = world.stores[0].pool_id if pool_id is None else pool_id
    world.entries(n, pool_id=pool)
    return [each.member_id for each in claiming.claim_next(by=by, pool_id=pool, n=n, filters=EVERYBODY, now=NOON)]


def move(by: Actor, member_ids: list[int], to: Actor, now: object = NOON) -> int:
    return reassigning.reassign(by=by, member_ids=member_ids, to_staff_id=to.staff_id, now=NOON)


def test_moves_members_hands_and_grounds_and_no_quota(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan, 3)
    manager = world.team_manager()
    assert move(manager, ids[:2], mate) == 2
    assert world.ids("pools_holding", "staff_id = %s", mate.staff_id) == ids[:2]
    assert rows("SELECT staff_id, held FROM pools_hand WHERE city_id = %s ORDER BY 1", world.city_id) == [
        (lan.staff_id, 1),
        (mate.staff_id, 2),
    ]
    assert value("SELECT sum(used) FROM pools_quota WHERE city_id = %s", world.city_id) == 3
    assert (
        rows("SELECT staff_id, by_staff_id, charged FROM pools_ledger WHERE city_id = %s AND move = 'reassigned'", world.city_id)
        == [(mate.staff_id, manager.staff_id, 0)] * 2
    )
    assert broken_promises(world.city_id) == []


def test_one_foreign_id_refuses_the_whole_batch(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan, 2)
    other_team = hold(world, world.consultant(team=world.stores[0].teams[1]))
    free = world.entries(1)
    for foreign in (other_team, free, [987654321]):
        with pytest.raises(NotFound):
            move(world.team_manager(), ids + foreign, mate)
    assert world.ids("pools_holding", "staff_id = %s", lan.staff_id) == ids
    assert world.denials() == [("pools.reassign", "no_ground")] * 3


def test_the_store_manager_reaches_every_team_of_the_store_and_no_other_store(world: World, mate: Actor) -> None:
    other_team = world.consultant(team=world.stores[0].teams[1])
    ids = hold(world, other_team, 2)
    elsewhere = world.consultant(store=world.stores[1])
    theirs = hold(world, elsewhere, 1, pool_id=world.stores[1].pool_id)
    boss = world.store_manager()
    assert move(boss, ids, mate) == 2
    with pytest.raises(NotFound):
        move(boss, theirs, mate)
    with pytest.raises(reassigning.BadReceiver):
        move(boss, ids, elsewhere)
    assert broken_promises(world.city_id) == []


def test_another_city_s_members_are_not_found(world: World, mate: Actor) -> None:
    other = World()
    ids = hold(other, other.consultant())
    with pytest.raises(NotFound):
        move(world.store_manager(), ids, mate)
    assert other.count("pools_holding") == 1


def test_the_receiver_must_be_active_trained_and_a_consultant(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan)
    untrained = world.consultant(trained=False)
    run("UPDATE org_staff SET active = false WHERE id = %s", mate.staff_id)
    manager = world.team_manager()
    for receiver in (untrained, mate, manager, world.consultant(team=world.stores[0].teams[1])):
        with pytest.raises(reassigning.BadReceiver):
            move(manager, ids, receiver)
    assert world.denials() == [("pools.reassign", "receiver_out_of_reach")] * 4


def test_the_receiver_s_holding_limit_stops_the_batch(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan, 3)
    move(world.team_manager(), ids[:1], mate)
    run("UPDATE pools_hand SET cap = 2 WHERE staff_id = %s", mate.staff_id)
    with pytest.raises(reassigning.ReceiverFull):
        move(world.team_manager(), ids[1:], mate)
    assert world.ids("pools_holding", "staff_id = %s", lan.staff_id) == ids[1:]
    assert broken_promises(world.city_id) == []


def test_whom_the_receiver_s_team_let_go_does_not_come_back_this_way(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan)
    releasing.release(by=lan, city_id=world.city_id, member_ids=ids, reason="no_match", now=NOON)
    other_team = world.consultant(team=world.stores[0].teams[1])
    claiming.claim_next(by=other_team, pool_id=world.stores[0].pool_id, n=1, filters=EVERYBODY, now=NOON)
    for receiver in (lan, mate):
        with pytest.raises(reassigning.ReceiverWaits):
            move(world.store_manager(), ids, receiver)
    assert broken_promises(world.city_id) == []


def test_within_a_team_members_may_move_on_and_back(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan)
    manager = world.team_manager()
    assert [move(manager, ids, mate), move(manager, ids, mate), move(manager, ids, lan)] == [1, 0, 1]
    assert broken_promises(world.city_id) == []


def test_who_gave_to_another_team_waits_before_reclaiming(world: World, lan: Actor) -> None:
    ids = hold(world, lan)
    other_team = world.consultant(team=world.stores[0].teams[1])
    move(world.store_manager(), ids, other_team)
    releasing.release(by=other_team, city_id=world.city_id, member_ids=ids, reason="no_match", now=NOON)
    with pytest.raises(claiming.NothingToClaim):
        claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=1, filters=EVERYBODY, now=NOON)


def test_the_time_starts_anew_for_the_receiver(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan)
    later = NOON + timedelta(days=5)
    reassigning.reassign(by=world.team_manager(), member_ids=ids, to_staff_id=mate.staff_id, now=later)
    assert (
        value("SELECT held_until FROM pools_holding WHERE city_id = %s", world.city_id)
        == later + rules.claims(city_id=world.city_id, now=later).held_for
    )


def test_not_for_consultants_and_not_for_nobody(world: World, lan: Actor, mate: Actor) -> None:
    ids = hold(world, lan)
    with pytest.raises(NotAllowed):
        move(lan, ids, mate)
    with pytest.raises(reassigning.BadNumber):
        move(world.team_manager(), [], mate)
