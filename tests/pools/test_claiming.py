"""Claiming: the best free members, within quota, hand, tier and reach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.refusal import NotAllowed
from hongxian.pools import books, claiming, queries, releasing
from hongxian.pools.filtering import EVERYBODY, Filters
from tests.world import NOON, World, broken_promises, rows, run, value

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def world() -> World:
    return World()


def claim(by: Actor, pool_id: int, n: int = 1, filters: Filters = EVERYBODY) -> list[int]:
    return [each.member_id for each in claiming.claim_next(by=by, pool_id=pool_id, n=n, filters=filters, now=NOON)]


class TestClaimNext:
    def test_takes_the_best_first_and_charges_what_was_received(self, world: World) -> None:
        ids = world.entries(5)
        lan = world.consultant()
        assert claim(lan, world.stores[0].pool_id, 3) == ids[:3]
        assert world.ids("pools_entry") == ids[3:]
        assert world.ids("pools_holding", "staff_id = %s", lan.staff_id) == ids[:3]
        assert rows("SELECT kind, used FROM pools_quota WHERE city_id = %s ORDER BY 1", world.city_id) == [
            ("city", 0),
            ("store", 3),
        ]
        assert value("SELECT held FROM pools_hand WHERE city_id = %s", world.city_id) == 3
        assert broken_promises(world.city_id) == []

    def test_leaves_one_trace_and_a_ledger_row_for_each(self, world: World) -> None:
        ids = world.entries(3)
        lan = world.consultant()
        claim(lan, world.stores[0].pool_id, 2)
        traces = rows("SELECT action, purpose, member_ids, outcome FROM audit_trace WHERE city_id = %s", world.city_id)
        assert traces == [("pools.claim", "pool.card", ids[:2], "allowed")]
        ledger = rows(
            "SELECT move, member_id, staff_id, charged, kind FROM pools_ledger WHERE city_id = %s ORDER BY 2", world.city_id
        )
        assert ledger == [("claimed", member_id, lan.staff_id, 1, "store") for member_id in ids[:2]]

    def test_stops_at_the_quota_of_20_and_50(self, world: World) -> None:
        world.entries(30)
        world.entries(60, pool_id=world.city_pool)
        lan = world.consultant()
        assert len(claim(lan, world.stores[0].pool_id, 50)) == 20
        with pytest.raises(claiming.QuotaUsedUp):
            claim(lan, world.stores[0].pool_id)
        assert len(claim(lan, world.city_pool, 50)) == 50
        with pytest.raises(claiming.QuotaUsedUp):
            claim(lan, world.city_pool)

    def test_a_release_gives_no_quota_back(self, world: World) -> None:
        world.entries(60)
        lan = world.consultant()
        taken = claim(lan, world.stores[0].pool_id, 20)
        releasing.release(by=lan, city_id=world.city_id, member_ids=taken, reason="no_match", now=NOON)
        with pytest.raises(claiming.QuotaUsedUp):
            claim(lan, world.stores[0].pool_id)
        assert world.count("pools_holding") == 0

    def test_a_new_day_brings_a_new_quota(self, world: World) -> None:
        world.entries(30)
        lan = world.consultant()
        claim(lan, world.stores[0].pool_id, 20)
        tomorrow = NOON + timedelta(days=1)
        claims = claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=3, filters=EVERYBODY, now=tomorrow)
        assert [each.quota_left for each in claims] == [17, 17, 17]

    def test_stops_at_the_holding_limit(self, world: World) -> None:
        world.entries(10)
        lan = world.consultant()
        books.open_for(by=lan, now=NOON)
        run("UPDATE pools_hand SET cap = 4 WHERE city_id = %s AND staff_id = %s", world.city_id, lan.staff_id)
        assert len(claim(lan, world.stores[0].pool_id, 9)) == 4
        with pytest.raises(claiming.HandFull):
            claim(lan, world.stores[0].pool_id)

    def test_takes_no_grade_above_the_tier(self, world: World) -> None:
        for grade in "ABCDE":
            world.entries(1, grade=grade)
        taken = {tier: claim(world.consultant(tier=tier), world.stores[0].pool_id) for tier in "ZYX"}
        grades = {
            tier: value("SELECT grade FROM members_member WHERE city_id = %s AND id = %s", world.city_id, ids[0])
            for tier, ids in taken.items()
        }
        assert grades == {"Z": "C", "Y": "B", "X": "A"}

    def test_another_store_s_pool_and_another_city_s_look_empty_and_are_recorded(self, world: World) -> None:
        other = World()
        world.entries(2, pool_id=world.stores[1].pool_id)
        other.entries(2, pool_id=other.city_pool)
        lan = world.consultant()
        for pool_id in (world.stores[1].pool_id, other.city_pool, 987654321):
            with pytest.raises(claiming.NothingToClaim):
                claim(lan, pool_id)
        assert world.denials() == [("pools.claim", "pool_out_of_reach")] * 3
        assert world.count("pools_holding") == 0 == other.count("pools_holding")

    def test_an_empty_pool_says_so(self, world: World) -> None:
        with pytest.raises(claiming.NothingToClaim):
            claim(world.consultant(), world.stores[0].pool_id)
        assert world.denials() == []

    def test_former_holders_and_their_team_mates_wait(self, world: World) -> None:
        ids = world.entries(1)
        lan, mate = world.consultant(), world.consultant()
        other_team = world.consultant(team=world.stores[0].teams[1])
        pool_id = world.stores[0].pool_id
        claim(lan, pool_id)
        releasing.release(by=lan, city_id=world.city_id, member_ids=ids, reason="no_match", now=NOON)
        for waiting in (lan, mate):
            with pytest.raises(claiming.NothingToClaim):
                claim(waiting, pool_id)
        assert claim(other_team, pool_id) == ids
        releasing.release(by=other_team, city_id=world.city_id, member_ids=ids, reason="no_match", now=NOON)
        for waiting in (lan, mate, other_team):  # not the last holder only
            with pytest.raises(claiming.NothingToClaim):
                claim(waiting, pool_id)
        later = NOON + timedelta(days=30, seconds=1)
        assert claiming.claim_next(by=lan, pool_id=pool_id, n=1, filters=EVERYBODY, now=later)[0].member_id == ids[0]

    @pytest.mark.parametrize("n", [0, -1, 51])
    def test_refuses_a_bad_number(self, world: World, n: int) -> None:
        with pytest.raises(claiming.BadNumber):
            claim(world.consultant(), world.stores[0].pool_id, n)

    def test_only_trained_consultants_claim(self, world: World) -> None:
        world.entries(1)
        for actor in (world.consultant(trained=False), world.team_manager(), world.store_manager()):
            with pytest.raises(NotAllowed):
                claim(actor, world.stores[0].pool_id)
        assert world.count("pools_holding") == 0

    def test_filters_choose_among_them(self, world: World) -> None:
        pool_id = world.stores[0].pool_id
        world.entries(3, sex="male", district="黄浦")
        short = world.entries(2, height_cm=155)
        tall = world.entries(2, height_cm=172, birth_year=1988)
        lan = world.consultant()
        assert claim(lan, pool_id, 5, Filters(sex="female", height_from=170)) == tall
        assert claim(lan, pool_id, 5, Filters(height_to=160, district="静安")) == short
        with pytest.raises(claiming.NothingToClaim):
            claim(lan, pool_id, 5, Filters(sex="female"))
        with pytest.raises(claiming.NothingToClaim):
            claim(lan, pool_id, 5, Filters(grade="A"))
        assert len(claim(lan, pool_id, 5, Filters(grade="C", education_from=5, income_from=3, marital=1, born_from=1990))) == 3
        assert broken_promises(world.city_id) == []

    def test_no_facet_means_unknown_does_not_pass_a_question(self, world: World) -> None:
        world.entries(1)
        run("UPDATE pools_entry SET height_cm = 0, birth_year = 0 WHERE city_id = %s", world.city_id)
        for filters in (Filters(height_to=180), Filters(born_to=2000)):
            with pytest.raises(claiming.NothingToClaim):
                claim(world.consultant(), world.stores[0].pool_id, 1, filters)


class TestClaimChosen:
    def test_says_for_each_id_what_happened(self, world: World) -> None:
        pool_id = world.stores[0].pool_id
        mine, gone, waiting = world.entries(3)
        above = world.entries(1, grade="A")[0]
        foreign = world.entries(1, pool_id=world.stores[1].pool_id)[0]
        lan, mate = world.consultant(tier="Z"), world.consultant()
        claiming.claim_chosen(by=mate, pool_id=pool_id, member_ids=[waiting], now=NOON)
        releasing.release(by=mate, city_id=world.city_id, member_ids=[waiting], reason="no_match", now=NOON)
        claiming.claim_chosen(by=world.consultant(team=world.stores[0].teams[1]), pool_id=pool_id, member_ids=[gone], now=NOON)
        answer = claiming.claim_chosen(by=lan, pool_id=pool_id, member_ids=[foreign, above, waiting, gone, mine, mine], now=NOON)
        assert [(each.member_id, each.result) for each in answer] == [
            (foreign, "gone"), (above, "above_tier"), (waiting, "waiting"), (gone, "gone"), (mine, "claimed"),
        ]  # fmt: skip
        assert world.ids("pools_holding", "staff_id = %s", lan.staff_id) == [mine]
        assert broken_promises(world.city_id) == []

    def test_takes_in_the_order_asked_until_there_is_no_room(self, world: World) -> None:
        ids = world.entries(22)
        answer = claiming.claim_chosen(by=world.consultant(), pool_id=world.stores[0].pool_id, member_ids=ids[::-1], now=NOON)
        assert [each.result for each in answer] == ["claimed"] * 20 + ["no_room"] * 2
        assert world.ids("pools_entry") == ids[:2]

    def test_a_pool_out_of_reach_is_recorded(self, world: World) -> None:
        ids = world.entries(1, pool_id=world.stores[1].pool_id)
        with pytest.raises(claiming.NothingToClaim):
            claiming.claim_chosen(by=world.consultant(), pool_id=world.stores[1].pool_id, member_ids=ids, now=NOON)
        assert world.denials() == [("pools.claim", "pool_out_of_reach")]

    def test_refuses_when_the_quota_is_used_up(self, world: World) -> None:
        ids = world.entries(21)
        lan = world.consultant()
        claim(lan, world.stores[0].pool_id, 20)
        with pytest.raises(claiming.QuotaUsedUp):
            claiming.claim_chosen(by=lan, pool_id=world.stores[0].pool_id, member_ids=ids[20:], now=NOON)

    def test_nobody_left_of_the_chosen_is_an_answer(self, world: World) -> None:
        answer = claiming.claim_chosen(by=world.consultant(), pool_id=world.stores[0].pool_id, member_ids=[1], now=NOON)
        assert [each.result for each in answer] == ["gone"]


def test_quotas_are_told_before_and_after(world: World) -> None:
    world.entries(2)
    lan = world.consultant(tier="Y")
    told = [(each.kind, each.cap, each.used, each.best_grade) for each in queries.quotas_of(by=lan, now=NOON)]
    assert told == [("store", 20, 0, "B"), ("city", 50, 0, "B")]
    claim(lan, world.stores[0].pool_id, 2)
    assert [each.used for each in queries.quotas_of(by=lan, now=NOON)] == [2, 0]
    assert queries.hand_of(by=lan, now=NOON) == queries.HandRow(held=2, cap=200, here_at=None)
