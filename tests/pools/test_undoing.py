"""Undoing a dealing: whoever is untouched goes back, the others stay and are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hongxian import reactions
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.org import rules
from hongxian.pools import claiming, distributing, presence, queries, releasing, resting, undoing
from hongxian.pools.filtering import EVERYBODY
from tests.world import NOON, World, broken_promises, rows, run, value

pytestmark = pytest.mark.usefixtures("home")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def world() -> World:
    made = World()
    made.entries(12)
    return made


def deal(world: World) -> list[int]:
    store_id = world.stores[0].store_id
    return [each.member_id for each in distributing.deal(by=world.system(), store_id=store_id, day=world.today, now=NOON)]


def undo(world: World, *, why: str = "分错了") -> undoing.Undone:
    return undoing.undo(by=world.store_manager(), day=world.today, why=why, now=LATER)


class TestUndo:
    def test_puts_everybody_back_where_they_were(self, world: World) -> None:
        before = rows("SELECT member_id, pool_id, rank FROM pools_entry WHERE city_id = %s ORDER BY 1", world.city_id)
        world.consultant()
        assert len(deal(world)) == 10
        assert undo(world) == undoing.Undone(returned=10, stayed=0)
        assert rows("SELECT member_id, pool_id, rank FROM pools_entry WHERE city_id = %s ORDER BY 1", world.city_id) == before
        assert world.count("vault_ground") == 0
        assert value("SELECT held FROM pools_hand WHERE city_id = %s", world.city_id) == 0
        assert value("SELECT count(*) FROM pools_ledger WHERE city_id = %s AND move = 'undealt'", world.city_id) == 10
        assert broken_promises(world.city_id) == []

    def test_leaves_whom_somebody_called_texted_or_was_let_through_to(self, world: World) -> None:
        lan = world.consultant()
        called, silent, let_through, *_ = deal(world)
        resting.note_contact(by=lan, city_id=world.city_id, member_id=called, outcome="interested", call_back_at=None, now=NOON)
        resting.note_no_answer(by=lan, city_id=world.city_id, member_id=silent, now=NOON)
        run(
            "INSERT INTO vault_permit (city_id, member_id, staff_id, channel, purpose, issued_at, latest_at, how)"
            " VALUES (%s, %s, %s, 'call', 'outreach.call', %s, %s, 'call')",
            world.city_id,
            let_through,
            lan.staff_id,
            NOON + timedelta(minutes=5),
            NOON + timedelta(minutes=15),
        )
        assert undo(world) == undoing.Undone(returned=7, stayed=3)
        assert world.ids("pools_holding") == sorted([called, silent, let_through])
        assert broken_promises(world.city_id) == []

    def test_leaves_what_moved_on_and_whoever_said_no_goes_nowhere(self, world: World) -> None:
        lan = world.consultant()
        first, second, third, *_ = deal(world)
        releasing.release(by=lan, city_id=world.city_id, member_ids=[first], reason="no_match", now=NOON)
        world.suppress(second)
        assert undo(world) == undoing.Undone(returned=9, stayed=1)
        assert second not in world.ids("pools_entry")
        assert third in world.ids("pools_entry")

    def test_makes_nobody_wait(self, world: World) -> None:
        lan = world.consultant()
        deal(world)
        undo(world)
        store = world.stores[0]
        assert len(claiming.claim_next(by=lan, pool_id=store.pool_id, n=12, filters=EVERYBODY, now=LATER)) == 12
        assert broken_promises(world.city_id) == []

    def test_only_a_person_deals_again_and_each_is_kept(self, world: World) -> None:
        world.consultant()
        deal(world)
        undo(world)
        with pytest.raises(distributing.AlreadyDealt):
            deal(world)
        manager, store = world.store_manager(), world.stores[0]
        assert len(distributing.deal(by=manager, store_id=store.store_id, day=world.today, now=LATER)) == 10
        with pytest.raises(distributing.AlreadyDealt):
            distributing.deal(by=manager, store_id=store.store_id, day=world.today, now=LATER)
        kept = rows("SELECT run, members, undone_at IS NULL FROM pools_dealt WHERE city_id = %s ORDER BY run", world.city_id)
        assert kept == [(1, 10, False), (2, 10, True)]

    def test_is_written_down_with_its_reason(self, world: World) -> None:
        world.consultant()
        deal(world)
        undo(world, why=" 分到了 错的组 ")
        why = value(
            "SELECT why FROM audit_change WHERE action = 'pools.undeal' AND thing = %s", f"store {world.stores[0].store_id}"
        )
        assert why == "分到了 错的组"
        trace = "SELECT cardinality(member_ids) FROM audit_trace WHERE city_id = %s AND action = 'pools.undeal'"
        assert value(trace, world.city_id) == 10

    def test_needs_a_reason_a_dealing_and_to_be_in_time(self, world: World) -> None:
        with pytest.raises(undoing.NothingToUndo):
            undo(world)
        world.consultant()
        deal(world)
        with pytest.raises(undoing.WhyMissing):
            undo(world, why="  ")
        with pytest.raises(undoing.NothingToUndo):
            undoing.undo(by=world.store_manager(), day=world.today, why="x", now=NOON + timedelta(days=7))
        assert undo(world).returned == 10
        with pytest.raises(undoing.NothingToUndo):
            undo(world)

    def test_is_the_store_manager_s_of_that_store(self, world: World) -> None:
        world.consultant()
        deal(world)
        for actor in (world.team_manager(), world.consultant()):
            with pytest.raises(NotAllowed):
                undoing.undo(by=actor, day=world.today, why="x", now=LATER)
        with pytest.raises(undoing.NothingToUndo):
            undoing.undo(by=world.store_manager(store=world.stores[1]), day=world.today, why="x", now=LATER)
        assert world.count("pools_holding") == 10


class TestPresence:
    def test_who_is_off_gets_nobody_and_the_others_all_the_same(self, world: World) -> None:
        here, off = world.consultant(), world.consultant()
        presence.mark(by=world.store_manager(), marks=[presence.Mark(off.staff_id, world.today, off=True)], why="", now=NOON)
        store_id = world.stores[0].store_id
        shown = distributing.preview(by=world.store_manager(), store_id=store_id, day=world.today, now=NOON)
        assert {row.staff_id: (row.total, row.reason) for row in shown.rows} == {
            here.staff_id: (10, ""),
            off.staff_id: (0, "off"),
        }
        assert {each.staff_id for each in distributing.deal(by=world.system(), store_id=store_id, day=world.today, now=NOON)} == {
            here.staff_id
        }

    def test_a_rota_can_be_changed_back_and_only_ahead(self, world: World) -> None:
        lan, manager = world.consultant(), world.store_manager()

        def mark(*, off: bool, days: int = 1) -> int:
            marks = [presence.Mark(lan.staff_id, world.today + timedelta(days=days), off=off)]
            return presence.mark(by=manager, marks=marks, why="", now=NOON)

        assert [mark(off=False), mark(off=True), mark(off=True), mark(off=False)] == [0, 1, 0, 1]
        with pytest.raises(presence.Over):
            mark(off=True, days=-1)
        with pytest.raises(NotFound):
            presence.mark(
                by=world.store_manager(store=world.stores[1]),
                marks=[presence.Mark(lan.staff_id, world.today, off=True)],
                why="",
                now=NOON,
            )

    def test_somebody_says_once_that_they_are_here(self, world: World) -> None:
        lan = world.consultant()
        assert queries.hand_of(by=lan, now=NOON).here_at is None
        presence.here(by=lan, now=NOON)
        presence.here(by=lan, now=LATER)
        assert queries.hand_of(by=lan, now=LATER).here_at == NOON

    def test_a_store_that_deals_by_presence_gives_nothing_to_who_has_not_come(self, world: World) -> None:
        here, late = world.consultant(), world.consultant()
        presence.here(by=here, now=NOON)
        store_id = world.stores[0].store_id
        run(
            "INSERT INTO org_rule (key, store_id, value, effective_from, made_at, made_by, why)"
            " VALUES ('pools.dealing', %s, '{\"here\": 1}', %s, %s, 0, 'test')",
            store_id,
            NOON - timedelta(days=1),
            NOON - timedelta(days=1),
        )
        rules.forget()
        shown = distributing.preview(by=world.store_manager(), store_id=store_id, day=world.today, now=NOON)
        assert {row.staff_id: row.reason for row in shown.rows} == {here.staff_id: "", late.staff_id: "not_here"}
        dealt = distributing.deal(by=world.system(), store_id=store_id, day=world.today, now=NOON)
        assert {each.staff_id for each in dealt} == {here.staff_id}


class TestPreview:
    def test_shows_what_the_dealing_then_does_and_moves_nobody(self, world: World) -> None:
        world.entries(9, grade="D")
        for tier in "XYZ":
            world.consultant(tier=tier)
            world.consultant(tier=tier)
        store_id, manager = world.stores[0].store_id, world.store_manager()
        shown = distributing.preview(by=manager, store_id=store_id, day=world.today, now=NOON)
        assert world.count("pools_holding") == world.count("pools_dealt") == 0
        dealt = distributing.deal(by=world.system(), store_id=store_id, day=world.today, now=NOON)
        got = rows("SELECT staff_id, rank >> 40, count(*) FROM pools_holding WHERE city_id = %s GROUP BY 1, 2", world.city_id)
        told = [(row.staff_id, grade, n) for row in shown.rows for grade, n in enumerate(row.by_grade) if n]
        assert sorted(told) == sorted(got)
        assert shown.total == len(dealt) == 21

    def test_is_a_store_manager_s_of_the_own_store(self, world: World) -> None:
        for actor in (world.team_manager(), world.consultant()):
            with pytest.raises(NotAllowed):
                distributing.preview(by=actor, store_id=world.stores[0].store_id, day=world.today, now=NOON)
        with pytest.raises(distributing.NoStorePool):
            distributing.preview(by=world.store_manager(), store_id=world.stores[1].store_id, day=world.today, now=NOON)


class TestMorning:
    def test_a_store_that_deals_by_presence_is_dealt_to_when_people_have_come(self, world: World) -> None:
        lan = world.consultant()
        run(
            "INSERT INTO org_rule (key, store_id, value, effective_from, made_at, made_by, why)"
            " VALUES ('pools.dealing', %s, '{\"here\": 1}', %s, %s, 0, 'test')",
            world.stores[0].store_id,
            NOON - timedelta(days=1),
            NOON - timedelta(days=1),
        )
        rules.forget()
        early = NOON.replace(hour=8, minute=40)
        reactions.deal_all(now=early)
        assert world.count("pools_dealt", "store_id = %s", world.stores[0].store_id) == 0
        presence.here(by=lan, now=early)
        reactions.deal_all(now=NOON.replace(hour=9, minute=50))
        assert world.count("pools_holding", "staff_id = %s", lan.staff_id) == 10
