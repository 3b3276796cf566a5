"""Entering, grading and leaving pools."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hongxian.pools import claiming, entering, grading, hinting, queries, ranking, resting
from hongxian.pools.filtering import EVERYBODY, Filters
from tests.world import NOON, World, broken_promises, rows, run, value

pytestmark = pytest.mark.usefixtures("home")
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    return World()


def enter(world: World, ids: list[int]) -> int:
    return entering.enter(by=world.system("intake"), city_id=world.city_id, member_ids=ids, now=NOON)


class TestEnter:
    def test_the_reachable_get_a_place_in_their_store_s_pool(self, world: World) -> None:
        mine, theirs = world.members(3), world.members(2, store=world.stores[1])
        world.members(2, contactable=False)
        unreachable = world.members(2, contactable=False)
        assert enter(world, mine + theirs + unreachable) == 5
        assert world.ids("pools_entry", "pool_id = %s", world.stores[0].pool_id) == mine
        assert world.ids("pools_entry", "pool_id = %s", world.stores[1].pool_id) == theirs
        assert world.ids("pools_ledger", "move = 'entered'") == sorted(mine + theirs)
        assert broken_promises(world.city_id) == []

    def test_nobody_who_said_no_died_is_a_minor_or_restricted(self, world: World) -> None:
        ids = world.members(5)
        world.suppress(ids[0])
        for member, state in zip(ids[1:4], ("deceased", "minor", "restricted"), strict=True):
            run("UPDATE members_member SET state = %s WHERE city_id = %s AND id = %s", state, world.city_id, member)
        assert enter(world, ids) == 1
        assert world.ids("pools_entry") == ids[4:]

    def test_twice_changes_nothing_and_who_is_somewhere_stays_there(self, world: World) -> None:
        ids = world.members(3)
        enter(world, ids)
        lan = world.consultant()
        held = claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=2, filters=EVERYBODY, now=NOON)
        resting.rest(by=lan, city_id=world.city_id, member_id=held[0].member_id, reason="invalid", until=NOON + DAY, now=NOON)
        assert enter(world, ids) == 0
        assert broken_promises(world.city_id) == []

    def test_facets_and_rank_come_along(self, world: World) -> None:
        ids = world.members(1, sex="male", height_cm=None, education="master", marital="divorced_with_child", income_band="")
        enter(world, ids)
        found = rows("SELECT sex, height_cm, education, income_band, marital FROM pools_entry WHERE city_id = %s", world.city_id)
        assert found == [("male", 0, 6, 0, 4)]

    def test_the_fresher_come_first_and_a_day_has_many_ranks(self, world: World) -> None:
        old = world.members(2, registered_on=date(2025, 1, 1))
        new = world.members(2, registered_on=date(2025, 1, 2))
        enter(world, old + new)
        run("UPDATE members_member SET grade = 'C' WHERE city_id = %s", world.city_id)
        order = [row[0] for row in rows("SELECT member_id FROM pools_entry WHERE city_id = %s ORDER BY rank", world.city_id)]
        assert set(order[:2]) == set(new)
        assert value("SELECT count(DISTINCT rank) FROM pools_entry WHERE city_id = %s", world.city_id) == 4

    def test_a_newcomer_is_seen_though_all_before_were_taken(self, world: World) -> None:
        ids = world.members(20)
        enter(world, ids)
        lan, wu = world.consultant(), world.consultant()
        pool_id = world.stores[0].pool_id
        assert len(claiming.claim_next(by=lan, pool_id=pool_id, n=20, filters=EVERYBODY, now=NOON)) == 20
        hinting.advance(city_id=world.city_id, pool_id=pool_id, tier="X", now=NOON)
        assert world.count("pools_hint", "how = 'advanced'") >= 1
        newcomer = world.members(1, registered_on=world.today)
        enter(world, newcomer)
        assert [
            each.member_id for each in claiming.claim_next(by=wu, pool_id=pool_id, n=1, filters=EVERYBODY, now=NOON)
        ] == newcomer
        assert broken_promises(world.city_id) == []

    def test_whom_a_former_holder_passes_over_others_still_see(self, world: World) -> None:
        ids = world.members(40)
        enter(world, ids)
        lan, other = world.consultant(), world.consultant(team=world.stores[0].teams[1])
        pool_id = world.stores[0].pool_id
        first = rows("SELECT member_id FROM pools_entry WHERE city_id = %s ORDER BY rank, member_id LIMIT 1", world.city_id)[0][0]
        run(
            "INSERT INTO pools_former (city_id, member_id, staff_id, team_id, until) VALUES (%s, %s, %s, %s, %s)",
            world.city_id, first, lan.staff_id, lan.team_id, NOON + DAY,
        )  # fmt: skip
        got = claiming.claim_next(by=lan, pool_id=pool_id, n=20, filters=EVERYBODY, now=NOON)
        assert first not in {each.member_id for each in got}
        assert claiming.claim_next(by=other, pool_id=pool_id, n=1, filters=EVERYBODY, now=NOON)[0].member_id == first


class TestSweep:
    def test_takes_out_whose_consent_ran_out(self, world: World) -> None:
        ids = world.members(4)
        enter(world, ids)
        run("UPDATE members_member SET contact_until = %s WHERE id = ANY (%s)", world.today, ids[:2])
        system = world.system()
        assert entering.sweep_unreachable(by=system, city_id=world.city_id, now=NOON) == 0
        assert entering.sweep_unreachable(by=system, city_id=world.city_id, now=NOON + DAY) == 2
        assert world.ids("pools_entry") == ids[2:]


class TestGrading:
    def test_who_did_not_agree_or_switched_it_off_is_c(self, world: World) -> None:
        agreed = world.members(1, grade="E")
        silent = world.members(1, grade="A", consents=False)
        off = world.members(1, grade="A")
        run("UPDATE members_member SET profiling_off = true WHERE id = ANY (%s)", off)
        enter(world, agreed + silent + off)
        found = dict(rows("SELECT id, grade FROM members_member WHERE city_id = %s", world.city_id))
        assert found[silent[0]] == found[off[0]] == "C"
        assert found[agreed[0]] in "BC"
        assert value("SELECT grade_inputs ->> 'agreed' FROM members_member WHERE id = %s", silent[0]) == "false"

    def test_a_new_grade_moves_the_entry(self, world: World) -> None:
        ids = world.members(1)
        enter(world, ids)
        before = value("SELECT rank FROM pools_entry WHERE city_id = %s", world.city_id)
        run("UPDATE members_member SET intends = true, has_criteria = true, housing = 'owned' WHERE id = ANY (%s)", ids)
        grading.regrade(city_id=world.city_id, member_ids=ids, now=NOON)
        after = value("SELECT rank FROM pools_entry WHERE city_id = %s", world.city_id)
        assert ranking.grade_of(after) < ranking.grade_of(before)
        assert after & ((1 << 40) - 1) == before & ((1 << 40) - 1)

    @pytest.mark.parametrize(
        ("completeness", "intends", "days", "contacts", "letter"),
        [
            (100, True, 5, 0, "A"),
            (60, True, 200, 1, "B"),
            (100, False, 20, 3, "B"),
            (40, False, 300, 2, "D"),
            (0, False, 9999, 5, "E"),
        ],
    )
    def test_letters(self, completeness: int, intends: bool, days: int, contacts: int, letter: str) -> None:  # noqa: FBT001
        today = date(2026, 6, 10)
        inputs = grading.Inputs(
            completeness=completeness, intends=intends, fresh_on=today - days * DAY, contacts=contacts, connected=False
        )
        made = grading.grade(inputs, agreed=True, today=today)
        assert made.letter == letter
        assert str(made.inputs["completeness"]) in grading.explain(made.inputs)


class TestPoolPage:
    def test_pages_through_in_rank_order_and_leaves_one_trace_each(self, world: World) -> None:
        ids = world.members(5, sex="female") + world.members(4, sex="male") + world.members(1, sex="")
        enter(world, ids)
        lan = world.consultant()
        seen: list[int] = []
        after = None
        while cards := queries.pool_page(
            by=lan, pool_id=world.stores[0].pool_id, filters=EVERYBODY, after=after, size=4, now=NOON
        ):
            seen += [card.member_id for card in cards]
            after = (cards[-1].rank, cards[-1].member_id)
        order = rows("SELECT member_id FROM pools_entry WHERE city_id = %s ORDER BY rank, member_id", world.city_id)
        assert seen == [row[0] for row in order]
        traces = rows("SELECT action, purpose, ground, cardinality(member_ids), 'grade' = ANY (fields) FROM audit_trace WHERE city_id = %s ORDER BY id",
                      world.city_id)  # fmt: skip
        assert traces == [("pools.list", "pool.card", "pool", n, True) for n in (4, 4, 2)]

    def test_filters(self, world: World) -> None:
        tall = world.members(2, height_cm=180, sex="male")
        enter(world, tall + world.members(3, height_cm=160))
        lan = world.consultant()

        def page(filters: Filters) -> list[int]:
            cards = queries.pool_page(by=lan, pool_id=world.stores[0].pool_id, filters=filters, after=None, size=50, now=NOON)
            return sorted(card.member_id for card in cards)

        assert page(Filters(height_from=170)) == page(Filters(sex="male")) == tall
        assert page(Filters(sex="female", height_from=170)) == []
        assert len(page(Filters(district="静安", marital=1, education_from=5, born_from=1990, born_to=1999))) == 5
        assert page(Filters(district="静安%")) == []

    def test_looks_at_so_many_entries_and_says_where_it_stopped(self, world: World) -> None:
        """Going on from there, everybody who matches is found once, in rank order, and nobody else."""
        ids = world.members(20, sex="female") + world.members(17, sex="male") + world.members(3, sex="")
        tall = world.members(2, sex="male", height_cm=190) + world.members(1, sex="female", height_cm=191)
        enter(world, ids + tall)
        lan, looks = world.consultant(), 0
        seen: list[int] = []
        after: tuple[int, int] | None = None
        while looks < 60:
            looks += 1
            found = queries.pool_look(
                by=lan, pool_id=world.stores[0].pool_id, filters=Filters(height_from=185), after=after, size=2, now=NOON, look=9
            )
            seen += [card.member_id for card in found.cards]
            assert found.walked == (9 if found.after and len(found.cards) < 2 else 0)
            after = found.after
            if after is None:
                break
        order = rows(
            "SELECT member_id FROM pools_entry WHERE city_id = %s AND height_cm > 185 ORDER BY rank, member_id", world.city_id
        )
        assert seen == [row[0] for row in order]
        assert 3 < looks < 30

    def test_a_pool_out_of_reach_is_empty_and_recorded(self, world: World) -> None:
        enter(world, world.members(1, store=world.stores[1]))
        lan = world.consultant()
        assert queries.pool_page(by=lan, pool_id=world.stores[1].pool_id, filters=EVERYBODY, after=None, size=9, now=NOON) == []
        assert world.denials() == [("pools.list", "pool_out_of_reach")]

    def test_pools_within_reach(self, world: World) -> None:
        enter(world, world.members(3))
        found = [(row.kind, row.pool_id, row.roughly, row.more) for row in queries.pools_of(by=world.consultant())]
        assert found == [("store", world.stores[0].pool_id, 3, False), ("city", world.city_pool, 0, False)]


def test_the_team_s_holdings_are_coarse(world: World) -> None:
    ids = world.members(2)
    enter(world, ids)
    lan = world.consultant()
    claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=2, filters=EVERYBODY, now=NOON)
    team = queries.holdings_of_team(by=world.team_manager(), now=NOON, staff_id=None)
    assert sorted(row.member_id for row in team) == ids
    assert queries.holdings_of_team(by=world.team_manager(team=world.stores[0].teams[1]), now=NOON, staff_id=lan.staff_id) == []
    assert queries.holder_of(city_id=world.city_id, member_id=ids[0]) == lan.staff_id
    assert queries.holder_of(city_id=world.city_id, member_id=1) is None
