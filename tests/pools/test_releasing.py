"""Releasing, returning a leaver's hand, recycling, resting, removing: how holdings end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.members import records
from hongxian.pools import claiming, recycling, releasing, removing, resting
from hongxian.pools.filtering import EVERYBODY
from tests.world import NOON, World, broken_promises, rows, run, value

pytestmark = pytest.mark.usefixtures("home")
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lan(world: World) -> Actor:
    return world.consultant()


def hold(world: World, by: Actor, n: int = 1, grade: str = "C") -> list[int]:
    world.entries(n, grade=grade)
    claims = claiming.claim_next(by=by, pool_id=world.stores[0].pool_id, n=n, filters=EVERYBODY, now=NOON)
    return [each.member_id for each in claims]


def release(by: Actor, member_ids: list[int], reason: str = "no_match", now: datetime = NOON) -> list[releasing.Released]:
    return releasing.release(by=by, city_id=by.city_id, member_ids=member_ids, reason=reason, now=now)


class TestRelease:
    def test_puts_back_with_the_rank_they_had(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan, 2)
        before = rows("SELECT member_id, rank, pool_id FROM pools_holding WHERE city_id = %s ORDER BY 1", world.city_id)
        assert release(lan, ids, now=NOON + 3 * DAY) == [releasing.Released(each, returned=True) for each in ids]
        assert rows("SELECT member_id, rank, pool_id FROM pools_entry WHERE city_id = %s ORDER BY 1", world.city_id) == before
        assert (
            rows("SELECT move, reason, charged FROM pools_ledger WHERE city_id = %s AND move <> 'claimed'", world.city_id)
            == [("released", "no_match", 0)] * 2
        )
        assert broken_promises(world.city_id) == []

    def test_one_id_that_is_not_mine_stops_the_batch(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan, 2)
        foreign = hold(world, world.consultant(team=world.stores[0].teams[1]))
        for others in (foreign, [987654321]):
            with pytest.raises(NotFound):
                release(lan, ids + others)
        assert world.count("pools_holding") == 3
        assert world.denials() == [("pools.release", "no_ground")] * 2

    def test_twice_is_refused(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan)
        release(lan, ids)
        with pytest.raises(NotFound):
            release(lan, ids)
        assert broken_promises(world.city_id) == []

    def test_who_may_not_be_contacted_goes_into_no_pool(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan, 4)
        world.suppress(ids[0])
        run(
            "UPDATE members_member SET contact_until = %s WHERE city_id = %s AND id = %s",
            world.today - DAY,
            world.city_id,
            ids[1],
        )
        run("UPDATE members_member SET state = 'deceased' WHERE city_id = %s AND id = %s", world.city_id, ids[2])
        assert [each.returned for each in release(lan, ids)] == [False, False, False, True]
        assert world.ids("pools_entry") == ids[3:]
        assert world.count("pools_holding") == 0
        assert broken_promises(world.city_id) == []

    def test_the_grade_is_today_s(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan, grade="C")
        run("UPDATE members_member SET grade = 'A' WHERE city_id = %s", world.city_id)
        release(lan, ids)
        assert value("SELECT rank >> 40 FROM pools_entry WHERE city_id = %s", world.city_id) == 0

    @pytest.mark.parametrize("reason", ["", "said_no", "no_match; --"])
    def test_needs_a_reason_of_the_list(self, world: World, lan: Actor, reason: str) -> None:
        ids = hold(world, lan)
        with pytest.raises(releasing.UnknownReason):
            release(lan, ids, reason)

    def test_needs_somebody(self, lan: Actor) -> None:
        with pytest.raises(releasing.BadNumber):
            release(lan, [])

    def test_not_for_managers(self, world: World) -> None:
        with pytest.raises(NotAllowed):
            release(world.team_manager(), [1])


def test_a_leaver_s_hand_goes_back(world: World, lan: Actor) -> None:
    ids = hold(world, lan, 3)
    assert len(releasing.return_hand(by=world.system(), city_id=world.city_id, staff_id=lan.staff_id, now=NOON)) == 3
    assert world.ids("pools_entry") == ids
    assert releasing.return_hand(by=world.system(), city_id=world.city_id, staff_id=lan.staff_id, now=NOON) == []
    assert broken_promises(world.city_id) == []
    with pytest.raises(NotAllowed):
        releasing.return_hand(by=lan, city_id=world.city_id, staff_id=lan.staff_id, now=NOON)


class TestRecycle:
    def test_ends_what_has_run_out_and_nothing_else(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan, 3)
        resting.note_contact(
            by=lan, city_id=world.city_id, member_id=ids[0], outcome="interested", call_back_at=None, now=NOON + 6 * DAY
        )
        resting.note_contact(
            by=lan, city_id=world.city_id, member_id=ids[1], outcome="call_back", call_back_at=NOON + 20 * DAY, now=NOON
        )
        system = world.system("recycling")
        assert recycling.recycle(by=system, city_id=world.city_id, now=NOON + 6 * DAY, limit=100) == 0
        assert recycling.recycle(by=system, city_id=world.city_id, now=NOON + 8 * DAY, limit=100) == 1
        assert world.ids("pools_entry") == ids[2:]
        assert recycling.recycle(by=system, city_id=world.city_id, now=NOON + 14 * DAY, limit=100) == 1
        assert recycling.recycle(by=system, city_id=world.city_id, now=NOON + 22 * DAY, limit=100) == 1
        assert broken_promises(world.city_id) == []

    def test_holders_wait_before_they_reclaim(self, world: World, lan: Actor) -> None:
        hold(world, lan)
        later = NOON + 8 * DAY
        recycling.recycle(by=world.system(), city_id=world.city_id, now=later, limit=10)
        with pytest.raises(claiming.NothingToClaim):
            claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=1, filters=EVERYBODY, now=later)

    def test_keeps_to_its_limit(self, world: World, lan: Actor) -> None:
        hold(world, lan, 5)
        hold(world, world.consultant(), 5)
        assert recycling.recycle(by=world.system(), city_id=world.city_id, now=NOON + 8 * DAY, limit=7) == 7
        assert world.count("pools_holding") == 3
        assert broken_promises(world.city_id) == []


class TestNoAnswer:
    def at(self, world: World, by: Actor, member_id: int, hour: int, day: int = 0) -> bool:
        now = NOON.replace(hour=hour, minute=10) + day * DAY
        return resting.note_no_answer(by=by, city_id=world.city_id, member_id=member_id, now=now)

    def test_three_parts_of_a_day_begin_a_rest_for_everyone(self, world: World, lan: Actor) -> None:
        (member,) = hold(world, lan)
        assert [self.at(world, lan, member, hour) for hour in (10, 11, 13, 13, 15)] == [False, False, False, False, True]
        assert world.ids("pools_resting") == [member]
        assert world.count("pools_holding") == 0 == world.count("pools_entry")
        other = world.consultant(team=world.stores[0].teams[1])
        with pytest.raises(claiming.NothingToClaim):
            claiming.claim_next(by=other, pool_id=world.stores[0].pool_id, n=1, filters=EVERYBODY, now=NOON)
        assert broken_promises(world.city_id) == []

    def test_other_days_count_too_and_nights_do_not(self, world: World, lan: Actor) -> None:
        (member,) = hold(world, lan)
        found = [self.at(world, lan, member, 10), self.at(world, lan, member, 22), self.at(world, lan, member, 10, day=1)]
        assert found == [False, False, False]
        assert self.at(world, lan, member, 10, day=2)

    def test_a_talk_in_between_counts_anew(self, world: World, lan: Actor) -> None:
        (member,) = hold(world, lan)
        self.at(world, lan, member, 10)
        self.at(world, lan, member, 13)
        resting.note_contact(by=lan, city_id=world.city_id, member_id=member, outcome="interested", call_back_at=None, now=NOON)
        assert not self.at(world, lan, member, 15)

    def test_only_the_holder(self, world: World, lan: Actor) -> None:
        (member,) = hold(world, lan)
        mate = world.consultant()
        with pytest.raises(NotFound):
            self.at(world, mate, member, 10)
        with pytest.raises(NotFound):
            resting.note_contact(by=mate, city_id=world.city_id, member_id=member, outcome="busy", call_back_at=None, now=NOON)
        with pytest.raises(NotFound):
            resting.rest(by=mate, city_id=world.city_id, member_id=member, reason="invalid", until=NOON + DAY, now=NOON)

    def test_the_rest_ends_by_itself_but_not_for_who_said_no(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan, 3)
        for member in ids:
            resting.rest(by=lan, city_id=world.city_id, member_id=member, reason="invalid", until=NOON + 5 * DAY, now=NOON)
        world.suppress(ids[0])
        run("DELETE FROM pools_resting WHERE city_id = %s AND member_id = %s", world.city_id, ids[0])
        run("UPDATE members_member SET contact_until = %s WHERE city_id = %s AND id = %s", world.today, world.city_id, ids[1])
        system = world.system()
        assert resting.end_rests(by=system, city_id=world.city_id, now=NOON + 4 * DAY) == 0
        assert resting.end_rests(by=system, city_id=world.city_id, now=NOON + 6 * DAY) == 2
        assert world.ids("pools_entry") == ids[2:]
        assert broken_promises(world.city_id) == []

    def test_who_said_no_does_not_rest(self, world: World, lan: Actor) -> None:
        (member,) = hold(world, lan)
        world.suppress(member)
        resting.rest(by=lan, city_id=world.city_id, member_id=member, reason="fraud", until=NOON + DAY, now=NOON)
        assert world.count("pools_resting") == 0 == world.count("pools_holding")


class TestRemove:
    def remove(self, world: World, member_id: int, reason: str = "refused") -> None:
        from django.db import transaction

        with transaction.atomic():
            records.mark_suppressed(city_id=world.city_id, member_id=member_id, now=NOON)
            removing.remove(by=world.system(), city_id=world.city_id, member_id=member_id, reason=reason, now=NOON)

    def test_takes_a_member_out_of_pool_hand_and_rest(self, world: World, lan: Actor) -> None:
        held, rested = hold(world, lan, 2)
        (entered,) = world.entries(1)
        resting.rest(by=lan, city_id=world.city_id, member_id=rested, reason="invalid", until=NOON + DAY, now=NOON)
        for member in (held, rested, entered):
            self.remove(world, member)
        assert world.count("pools_entry") == world.count("pools_holding") == world.count("pools_resting") == 0
        assert value("SELECT held FROM pools_hand WHERE city_id = %s", world.city_id) == 0
        assert world.ids("pools_ledger", "move = 'refused'") == sorted([held, entered])
        assert broken_promises(world.city_id) == []

    def test_twice_and_nowhere_is_nothing(self, world: World) -> None:
        (member,) = world.members(1)
        self.remove(world, member)
        self.remove(world, member, reason="erased")
        assert world.count("pools_ledger") == 0

    def test_who_was_removed_never_comes_back(self, world: World, lan: Actor) -> None:
        ids = hold(world, lan, 2)
        self.remove(world, ids[0])
        with pytest.raises(NotFound):
            release(lan, ids[:1])
        recycling.recycle(by=world.system(), city_id=world.city_id, now=NOON + 30 * DAY, limit=10)
        assert world.ids("pools_entry") == ids[1:]
