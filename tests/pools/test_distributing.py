"""Distributing: the morning's share, by tier and in turn."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from hongxian.kernel.refusal import NotAllowed
from hongxian.pools import books, claiming, distributing, releasing
from hongxian.pools.filtering import EVERYBODY
from tests.world import NOON, World, broken_promises, run, value

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def world() -> World:
    return World()


def deal(world: World) -> Counter[int]:
    dealt = distributing.deal(by=world.system(), store_id=world.stores[0].store_id, day=world.today, now=NOON)
    return Counter(each.staff_id for each in dealt)


def test_each_gets_the_share_of_the_tier(world: World) -> None:
    world.entries(60, grade="C")
    staff = {tier: world.consultant(tier=tier) for tier in "XYZ"}
    got = deal(world)
    assert {tier: got[each.staff_id] for tier, each in staff.items()} == {"X": 10, "Y": 8, "Z": 5}
    assert value("SELECT members FROM pools_dealt WHERE city_id = %s", world.city_id) == 23
    assert value("SELECT count(*) FROM pools_quota WHERE city_id = %s AND used > 0", world.city_id) == 0
    assert broken_promises(world.city_id) == []


def test_x_comes_first_and_within_a_tier_all_get_as_equal_as_can_be(world: World) -> None:
    world.entries(27)
    xs = [world.consultant(tier="X") for _ in range(2)]
    ys = [world.consultant(tier="Y") for _ in range(3)]
    zs = [world.consultant(tier="Z") for _ in range(2)]
    got = deal(world)
    assert [got[each.staff_id] for each in xs] == [10, 10]
    assert sorted(got[each.staff_id] for each in ys) == [2, 2, 3]
    assert [got[each.staff_id] for each in zs] == [0, 0]


def test_tiers_ceilings_hold(world: World) -> None:
    world.entries(3, grade="A")
    world.entries(2, grade="C")
    z = world.consultant(tier="Z")
    assert deal(world) == {z.staff_id: 2}


def test_full_hands_former_holders_and_the_untrained_are_passed_over(world: World) -> None:
    ids = world.entries(2)
    lan, full, other = world.consultant(), world.consultant(), world.consultant(team=world.stores[0].teams[1])
    world.consultant(trained=False)
    books.open_for(by=full, now=NOON)
    run("UPDATE pools_hand SET cap = 0 WHERE staff_id = %s", full.staff_id)
    claiming.claim_chosen(by=lan, pool_id=world.stores[0].pool_id, member_ids=ids, now=NOON)
    releasing.release(by=lan, city_id=world.city_id, member_ids=ids, reason="no_match", now=NOON)
    assert deal(world) == {other.staff_id: 2}
    assert broken_promises(world.city_id) == []


def test_once_a_store_and_day(world: World) -> None:
    world.entries(30)
    world.consultant()
    deal(world)
    with pytest.raises(distributing.AlreadyDealt):
        deal(world)
    distributing.deal(
        by=world.system(), store_id=world.stores[0].store_id, day=world.today + timedelta(days=1), now=NOON + timedelta(days=1)
    )
    assert world.count("pools_holding") == 20


def test_a_store_without_a_living_agreement_gets_nothing(world: World) -> None:
    world.entries(5)
    world.consultant()
    run("UPDATE org_agreement SET expires_on = signed_on WHERE store_id = %s", world.stores[0].store_id)
    assert deal(world) == {}


def test_unknown_stores_and_people_do_not_deal(world: World) -> None:
    other = World()
    with pytest.raises(distributing.NoStorePool):
        distributing.deal(by=world.system(), store_id=other.stores[0].store_id, day=world.today, now=NOON)
    with pytest.raises(distributing.NoStorePool):
        distributing.deal(by=world.store_manager(), store_id=world.stores[1].store_id, day=world.today, now=NOON)
    for actor in (world.team_manager(), world.consultant()):
        with pytest.raises(NotAllowed):
            distributing.deal(by=actor, store_id=world.stores[0].store_id, day=world.today, now=NOON)
    assert world.count("pools_dealt") == 0


def test_a_store_s_manager_may_deal_its_share(world: World) -> None:
    world.entries(3)
    lan = world.consultant()
    dealt = distributing.deal(by=world.store_manager(), store_id=world.stores[0].store_id, day=world.today, now=NOON)
    assert [each.staff_id for each in dealt] == [lan.staff_id] * 3


def test_what_was_dealt_can_be_worked_and_does_not_count_as_claimed(world: World) -> None:
    world.entries(40)
    lan = world.consultant()
    deal(world)
    claims = claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=20, filters=EVERYBODY, now=NOON)
    assert len(claims) == 20
    assert broken_promises(world.city_id) == []
