"""Everything that happens to members, in any order, against what must always hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.members import records
from hongxian.pools import (
    claiming,
    distributing,
    entering,
    hinting,
    reassigning,
    recycling,
    releasing,
    removing,
    resting,
)
from hongxian.pools.filtering import EVERYBODY, Filters
from tests.world import NOON, World, broken_promises, rows

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.timeout(180)]
WHO = st.integers(0, 3)
PICK = st.integers(0, 1000)


class Lifecycle(RuleBasedStateMachine):
    """Four consultants in two teams, two managers, one store pool and the city's; time goes on."""

    @initialize()
    def begin(self) -> None:
        self.now = NOON
        self.world = World(stores=1)
        first, second = self.world.stores[0].teams
        self.staff = [
            self.world.consultant(team=first, tier="X"),
            self.world.consultant(team=first, tier="Z"),
            self.world.consultant(team=second, tier="Y"),
            self.world.consultant(team=second, tier="X"),
        ]
        self.chen, self.boss = self.world.team_manager(team=first), self.world.store_manager()
        self.system = self.world.system()
        self.pool_id = self.world.stores[0].pool_id
        self.said_no: set[int] = set()
        self.bring(6)
        self.world.entries(4, pool_id=self.world.city_pool, grade="B")

    def bring(self, n: int) -> list[int]:
        ids = self.world.members(n, intends=bool(n % 2))
        entering.enter(by=self.system, city_id=self.world.city_id, member_ids=ids, now=self.now)
        return ids

    def held_by(self, by: Actor) -> list[int]:
        return self.world.ids("pools_holding", "staff_id = %s", by.staff_id)

    def waiting_for(self, by: Actor) -> set[int]:
        return set(self.world.ids(
            "pools_former", "until > %s AND (staff_id = %s OR team_id = %s)", self.now, by.staff_id, by.team_id
        ))  # fmt: skip

    @rule(who=WHO, n=st.integers(1, 9), city=st.booleans(), filtered=st.booleans())
    def claim(self, who: int, n: int, city: bool, filtered: bool) -> None:  # noqa: FBT001
        by, waiting = self.staff[who], self.waiting_for(self.staff[who])
        filters = Filters(sex="female") if filtered else EVERYBODY
        try:
            got = claiming.claim_next(
                by=by, pool_id=self.world.city_pool if city else self.pool_id, n=n, filters=filters, now=self.now
            )
        except claiming.CannotClaim:
            return
        ids = {each.member_id for each in got}
        assert len(ids) == len(got) <= n
        assert not ids & waiting
        assert not ids & self.said_no

    @rule(who=WHO, pick=PICK)
    def choose(self, who: int, pick: int) -> None:
        by, waiting = self.staff[who], self.waiting_for(self.staff[who])
        ids = rows("SELECT id FROM members_member WHERE city_id = %s ORDER BY id", self.world.city_id)
        asked = [row[0] for row in ids[pick % len(ids) :][:3]]
        try:
            answer = claiming.claim_chosen(by=by, pool_id=self.pool_id, member_ids=asked, now=self.now)
        except claiming.CannotClaim:
            return
        taken = {each.member_id for each in answer if each.result == claiming.Result.CLAIMED}
        assert not taken & (waiting | self.said_no)

    @rule(who=WHO, whose=WHO, pick=PICK)
    def release(self, who: int, whose: int, pick: int) -> None:
        mine = self.held_by(self.staff[whose])
        if not mine:
            return
        ids = mine[pick % len(mine) :][:2]
        try:
            releasing.release(by=self.staff[who], city_id=self.world.city_id, member_ids=ids, reason="no_match", now=self.now)
        except NotFound:
            assert who != whose
        else:
            assert who == whose
            assert set(ids) <= self.waiting_for(self.staff[who])

    @rule(by_boss=st.booleans(), giver=WHO, to=WHO, pick=PICK)
    def reassign(self, by_boss: bool, giver: int, to: int, pick: int) -> None:  # noqa: FBT001
        held = self.held_by(self.staff[giver])
        by, receiver = self.boss if by_boss else self.chen, self.staff[to]
        waiting = self.waiting_for(receiver)
        ids = held[pick % (len(held) or 1) :][:3]
        try:
            reassigning.reassign(by=by, member_ids=ids, to_staff_id=receiver.staff_id, now=self.now)
        except Refusal:
            assert self.held_by(self.staff[giver]) == held
        else:
            assert by_boss or {giver, to} <= {0, 1}
            assert giver == to or not set(ids) & waiting

    @rule(pick=PICK)
    def refuse(self, pick: int) -> None:
        ids = rows("SELECT id FROM members_member WHERE city_id = %s ORDER BY id", self.world.city_id)
        member = ids[pick % len(ids)][0]
        with transaction.atomic():
            records.mark_suppressed(city_id=self.world.city_id, member_id=member, now=self.now)
            removing.remove(by=self.system, city_id=self.world.city_id, member_id=member, reason="refused", now=self.now)
        self.said_no.add(member)

    @rule(n=st.integers(1, 4))
    def bring_in(self, n: int) -> None:
        self.bring(n)

    @rule()
    def bring_in_everybody_again(self) -> None:
        ids = [row[0] for row in rows("SELECT id FROM members_member WHERE city_id = %s", self.world.city_id)]
        entering.enter(by=self.system, city_id=self.world.city_id, member_ids=ids, now=self.now)

    @rule(who=WHO, pick=PICK, hour=st.sampled_from([10, 13, 15, 19, 23]))
    def no_answer(self, who: int, pick: int, hour: int) -> None:
        mine = self.held_by(self.staff[who])
        if mine:
            member = mine[pick % len(mine)]
            at = self.now.replace(hour=hour)
            rested = resting.note_no_answer(by=self.staff[who], city_id=self.world.city_id, member_id=member, now=at)
            assert (member in self.world.ids("pools_resting")) == rested

    @rule(who=WHO, pick=PICK)
    def talk(self, who: int, pick: int) -> None:
        mine = self.held_by(self.staff[who])
        if mine:
            resting.note_contact(
                by=self.staff[who], city_id=self.world.city_id, member_id=mine[pick % len(mine)], outcome="interested",
                call_back_at=self.now + timedelta(days=pick % 20), now=self.now,
            )  # fmt: skip

    @rule()
    def deal(self) -> None:
        try:
            distributing.deal(by=self.system, store_id=self.world.stores[0].store_id, day=day_of(self.now), now=self.now)
        except distributing.AlreadyDealt:
            return

    @rule(days=st.sampled_from([0, 1, 8, 31]))
    def time_goes_on(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=1)
        recycling.recycle(by=self.system, city_id=self.world.city_id, now=self.now, limit=100)
        resting.end_rests(by=self.system, city_id=self.world.city_id, now=self.now)
        hinting.prune(city_id=self.world.city_id, now=self.now)
        assert not self.world.count("pools_holding", "held_until < %s", self.now)
        assert not self.world.count("pools_resting", "until <= %s", self.now)

    @rule(who=WHO)
    def leave_the_company(self, who: int) -> None:
        by = self.staff[who]
        releasing.return_hand(by=self.system, city_id=self.world.city_id, staff_id=by.staff_id, now=self.now)
        assert self.held_by(by) == []

    @invariant()
    def every_promise_holds(self) -> None:
        assert broken_promises(self.world.city_id) == []

    @invariant()
    def everybody_reachable_is_somewhere(self) -> None:
        lost = rows(
            "SELECT id FROM members_member AS member WHERE city_id = %s AND suppressed_at IS NULL AND contact_until >= %s AND NOT EXISTS"
            " (SELECT FROM pools_entry AS place WHERE place.city_id = member.city_id AND place.member_id = member.id) AND NOT EXISTS"
            " (SELECT FROM pools_holding AS place WHERE place.city_id = member.city_id AND place.member_id = member.id) AND NOT EXISTS"
            " (SELECT FROM pools_resting AS place WHERE place.city_id = member.city_id AND place.member_id = member.id)",
            self.world.city_id,
            day_of(self.now),
        )
        assert lost == []


def test_any_order_of_events() -> None:
    checks = settings(
        max_examples=50, stateful_step_count=35, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Lifecycle, settings=checks)
