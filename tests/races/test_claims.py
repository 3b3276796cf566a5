"""Many at once, each on a thread and a connection of its own; every transaction is a real one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections, transaction

from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.members import records
from hongxian.pools import (
    books,
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
from tests.world import NOON, World, broken_promises, rows, run, value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.timeout(120)]


@pytest.fixture
def world() -> World:
    return World()


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """Runs all at the same moment; gives what each returned, or the refusal it met. Anything else fails the test."""
    gate = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait(timeout=60)
            return work()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def remove(world: World, member_id: int) -> None:
    """What a refusal does: the record first, then the places."""
    with transaction.atomic():
        records.mark_suppressed(city_id=world.city_id, member_id=member_id, now=NOON)
        removing.remove(by=world.system(), city_id=world.city_id, member_id=member_id, reason="refused", now=NOON)


def test_32_consultants_on_one_pool(world: World) -> None:
    pool_id = world.stores[0].pool_id
    world.entries(400)
    staff = [world.consultant(team=world.stores[0].teams[number % 2], tier="XYZ"[number % 3]) for number in range(32)]

    def work(number: int) -> list[int]:
        got: list[int] = []
        for n in (1, 7, 1, 3, 5, 9, 2, 4):
            try:
                filters = Filters(sex="female") if n == 3 else EVERYBODY
                got += [
                    each.member_id
                    for each in claiming.claim_next(by=staff[number], pool_id=pool_id, n=n, filters=filters, now=NOON)
                ]
            except claiming.CannotClaim:
                break
        return got

    received = at_once([lambda number=number: work(number) for number in range(32)])  # type: ignore[misc]
    ids = [member for each in received for member in each]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids)) == world.count("pools_holding") == 400
    assert world.count("pools_entry") == 0
    assert broken_promises(world.city_id) == []


def test_one_consultant_on_many_devices_stops_at_the_quota_and_the_hand(world: World) -> None:
    world.entries(200)
    world.entries(200, pool_id=world.city_pool)
    lan = world.consultant()
    books.open_for(by=lan, now=NOON)
    run("UPDATE pools_hand SET cap = 45 WHERE staff_id = %s", lan.staff_id)
    pools = [world.stores[0].pool_id, world.city_pool]

    def work(number: int) -> int:
        got = 0
        for _ in range(8):
            try:
                got += len(claiming.claim_next(by=lan, pool_id=pools[number % 2], n=2, filters=EVERYBODY, now=NOON))
            except claiming.CannotClaim:
                break
        return got

    assert sum(at_once([lambda number=number: work(number) for number in range(16)])) == 45  # type: ignore[arg-type, misc]
    assert value("SELECT held FROM pools_hand WHERE city_id = %s", world.city_id) == 45
    assert broken_promises(world.city_id) == []


def test_the_day_s_first_claim_on_many_devices(world: World) -> None:
    world.entries(100)
    lan = world.consultant()
    works = [lambda: claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=2, filters=EVERYBODY, now=NOON)] * 16
    at_once(works)
    assert world.count("pools_holding") == 20
    assert broken_promises(world.city_id) == []


def test_all_choose_the_same_cards(world: World) -> None:
    ids = world.entries(12)
    staff = [world.consultant(team=world.stores[0].teams[number % 2]) for number in range(16)]
    answers = at_once(
        [
            lambda by=by, order=ids[:: -1 if by.staff_id % 2 else 1]: claiming.claim_chosen(  # type: ignore[misc]
                by=by, pool_id=world.stores[0].pool_id, member_ids=order, now=NOON
            )
            for by in staff
        ]
    )
    taken = [each.member_id for answer in answers for each in answer if each.result == "claimed"]  # type: ignore[attr-defined]
    assert sorted(taken) == ids
    assert broken_promises(world.city_id) == []


@pytest.mark.parametrize("round_", range(5))
def test_claims_against_refusals(world: World, round_: int) -> None:
    ids = world.entries(90)
    staff = [world.consultant() for _ in range(6)]
    no = ids[::3]
    works: list[Callable[[], object]] = [
        lambda by=by: [  # type: ignore[misc]
            claiming.claim_next(by=by, pool_id=world.stores[0].pool_id, n=1, filters=EVERYBODY, now=NOON) for _ in range(6)
        ]
        for by in staff
    ]
    works += [lambda member=member: remove(world, member) for member in no]  # type: ignore[misc]
    for answer in at_once(works):
        assert not isinstance(answer, Refusal)
    assert not set(no) & {*world.ids("pools_entry"), *world.ids("pools_holding")}
    assert broken_promises(world.city_id) == []


@pytest.mark.parametrize("round_", range(5))
def test_releases_recycling_and_rests_against_refusals(world: World, round_: int) -> None:
    world.entries(30)
    lan = world.consultant()
    books.open_for(by=lan, now=NOON)
    run("UPDATE pools_quota SET cap = 30 WHERE staff_id = %s", lan.staff_id)
    ids = [each.member_id for each in claiming.claim_next(
        by=lan, pool_id=world.stores[0].pool_id, n=30, filters=EVERYBODY, now=NOON)]  # fmt: skip
    late = NOON + timedelta(days=8)
    run("UPDATE pools_holding SET held_until = %s WHERE city_id = %s AND member_id = ANY (%s)", NOON, world.city_id, ids[20:])
    run("UPDATE vault_ground SET until = %s WHERE city_id = %s AND member_id = ANY (%s)", NOON, world.city_id, ids[20:])
    works: list[Callable[[], object]] = [lambda member=member: remove(world, member) for member in ids]  # type: ignore[misc]
    works += [
        lambda start=start: releasing.release(  # type: ignore[misc]
            by=lan, city_id=world.city_id, member_ids=ids[start : start + 3], reason="no_match", now=NOON
        )
        for start in range(0, 9, 3)
    ]
    works += [
        lambda member=member: resting.rest(  # type: ignore[misc]
            by=lan, city_id=world.city_id, member_id=member, reason="invalid", until=late, now=NOON
        )
        for member in ids[9:20]
    ]
    works += [lambda: recycling.recycle(by=world.system(), city_id=world.city_id, now=NOON + timedelta(hours=1), limit=50)] * 2
    for answer in at_once(works):
        assert not isinstance(answer, Refusal) or isinstance(answer, NotFound)
    for table in ("pools_entry", "pools_holding", "pools_resting"):
        assert world.count(table) == 0
    assert broken_promises(world.city_id) == []


def test_a_release_that_waits_for_a_refusal_leaves_nothing_behind(world: World) -> None:
    """The moment in slow motion: the "no" has marked the record, then the release comes, then the "no" goes on."""
    (member,) = world.entries(1)
    lan = world.consultant()
    claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=1, filters=EVERYBODY, now=NOON)
    marked, released = threading.Event(), threading.Event()

    def refuse() -> None:
        with transaction.atomic():
            records.mark_suppressed(city_id=world.city_id, member_id=member, now=NOON)
            marked.set()
            assert not released.wait(0.5)
            removing.remove(by=world.system(), city_id=world.city_id, member_id=member, reason="refused", now=NOON)

    def release() -> object:
        marked.wait(10)
        try:
            return releasing.release(by=lan, city_id=world.city_id, member_ids=[member], reason="no_match", now=NOON)
        finally:
            released.set()

    assert isinstance(at_once([refuse, release])[1], NotFound)
    assert world.count("pools_entry") == world.count("pools_holding") == 0
    assert broken_promises(world.city_id) == []


def test_a_refusal_that_waits_for_a_claim_takes_it_away(world: World) -> None:
    (member,) = world.entries(1)
    lan = world.consultant()
    claimed, committing = threading.Event(), threading.Event()

    def claim() -> None:
        with transaction.atomic():
            claiming.claim_next(by=lan, pool_id=world.stores[0].pool_id, n=1, filters=EVERYBODY, now=NOON)
            claimed.set()
            committing.wait(0.5)

    def refuse() -> None:
        claimed.wait(10)
        remove(world, member)

    at_once([claim, refuse])
    assert world.count("pools_entry") == world.count("pools_holding") == 0
    assert broken_promises(world.city_id) == []


@pytest.mark.parametrize("round_", range(3))
def test_two_managers_reassign_the_same_members(world: World, round_: int) -> None:
    world.entries(20)
    team = world.stores[0].teams[0]
    lan, wu, zhao = (world.consultant(team=team) for _ in range(3))
    ids = [each.member_id for each in claiming.claim_next(
        by=lan, pool_id=world.stores[0].pool_id, n=20, filters=EVERYBODY, now=NOON)]  # fmt: skip
    boss, chen = world.store_manager(), world.team_manager(team=team)
    works: list[Callable[[], object]] = [
        lambda by=by, part=part, to=to: reassigning.reassign(by=by, member_ids=part, to_staff_id=to.staff_id, now=NOON)  # type: ignore[misc]
        for by, part, to in (
            (boss, ids, wu), (chen, ids[::-1], zhao), (boss, ids[5:], lan), (chen, ids[:15], wu), (boss, ids[3:9], zhao),
        )
    ]  # fmt: skip
    works += [lambda member=member: remove(world, member) for member in ids[:3]]  # type: ignore[misc]
    works += [lambda: releasing.release(by=lan, city_id=world.city_id, member_ids=ids[10:12], reason="no_match", now=NOON)]
    for answer in at_once(works):
        assert not isinstance(answer, Refusal) or isinstance(answer, NotFound | reassigning.CannotReassign)
    assert broken_promises(world.city_id) == []


def test_the_share_is_dealt_once_while_all_claim(world: World) -> None:
    world.entries(200)
    staff = [world.consultant() for _ in range(8)]
    works: list[Callable[[], object]] = [
        lambda: distributing.deal(by=world.system(), store_id=world.stores[0].store_id, day=world.today, now=NOON)
    ] * 3
    works += [
        lambda by=by: claiming.claim_next(by=by, pool_id=world.stores[0].pool_id, n=7, filters=EVERYBODY, now=NOON)  # type: ignore[misc]
        for by in staff
    ]
    answers = at_once(works)
    assert sum(isinstance(answer, distributing.AlreadyDealt) for answer in answers) == 2
    assert world.count("pools_holding") == 80 + 56
    assert broken_promises(world.city_id) == []


def test_no_entry_is_ever_below_the_hint(world: World) -> None:
    """Claims that advance, releases and newcomers that come in below, rounds that reset: nobody becomes invisible."""
    pool_id = world.stores[0].pool_id
    entering.enter(by=world.system(), city_id=world.city_id, member_ids=world.members(150), now=NOON)
    staff = [world.consultant(team=world.stores[0].teams[number % 2]) for number in range(6)]
    newcomers = world.members(40, registered_on=world.today)
    # One hint stands from the start: in the crowd every advance may have to give way.
    claiming.claim_next(by=staff[0], pool_id=pool_id, n=1, filters=EVERYBODY, now=NOON)
    hinting.advance(city_id=world.city_id, pool_id=pool_id, tier="X", now=NOON)
    assert world.count("pools_hint") > 0

    def work(number: int) -> None:
        for turn in range(6):
            try:
                got = claiming.claim_next(by=staff[number], pool_id=pool_id, n=3, filters=EVERYBODY, now=NOON)
            except claiming.CannotClaim:
                break
            hinting.advance(city_id=world.city_id, pool_id=pool_id, tier="X", now=NOON)
            if turn % 2:
                releasing.release(
                    by=staff[number], city_id=world.city_id, member_ids=[got[0].member_id], reason="no_match", now=NOON
                )

    def arrive(part: int) -> None:
        for at in range(part, 40, 8):
            entering.enter(by=world.system(), city_id=world.city_id, member_ids=newcomers[at : at + 1], now=NOON)

    def tidy() -> None:
        for _ in range(10):
            hinting.prune(city_id=world.city_id, now=NOON + timedelta(hours=2))

    works: list[Callable[[], object]] = [lambda number=number: work(number) for number in range(6)]  # type: ignore[misc]
    works += [lambda part=part: arrive(part) for part in range(8)]  # type: ignore[misc]
    works.append(tidy)
    at_once(works)
    assert world.count("pools_hint") > 0
    assert broken_promises(world.city_id) == []
    seen = sum(1 for _ in rows("SELECT FROM pools_ledger WHERE city_id = %s AND move = 'claimed'", world.city_id))
    assert seen >= 18


def test_an_entry_on_its_way_in_holds_up_the_advance(world: World) -> None:
    """In slow motion: somebody comes in at the head; before the commit another looks where the living begin."""
    pool_id = world.stores[0].pool_id
    entering.enter(by=world.system(), city_id=world.city_id, member_ids=world.members(20), now=NOON)
    (newcomer,) = world.members(1, registered_on=world.today)
    lan = world.consultant()
    claiming.claim_next(by=lan, pool_id=pool_id, n=3, filters=EVERYBODY, now=NOON)
    entered, looked = threading.Event(), threading.Event()

    def enter() -> None:
        with transaction.atomic():
            entering.enter(by=world.system(), city_id=world.city_id, member_ids=[newcomer], now=NOON)
            entered.set()
            looked.wait(10)

    def advance() -> bool:
        entered.wait(10)
        try:
            return hinting.advance(city_id=world.city_id, pool_id=pool_id, tier="X", now=NOON)
        finally:
            looked.set()

    assert at_once([enter, advance])[1] is False
    # Moves the hint on, or finds that it stands at the newcomer already: some claims advance by themselves.
    hinting.advance(city_id=world.city_id, pool_id=pool_id, tier="X", now=NOON)
    assert broken_promises(world.city_id) == []
    other = world.consultant()
    assert claiming.claim_next(by=other, pool_id=pool_id, n=1, filters=EVERYBODY, now=NOON)[0].member_id == newcomer


def test_what_is_claimed_in_a_transaction_that_fails_comes_back_above_the_hint(world: World) -> None:
    pool_id = world.stores[0].pool_id
    ids = world.entries(20)
    lan = world.consultant()
    with transaction.atomic():
        claiming.claim_next(by=lan, pool_id=pool_id, n=18, filters=EVERYBODY, now=NOON)
        transaction.set_rollback(True)
    assert broken_promises(world.city_id) == []
    assert claiming.claim_next(by=lan, pool_id=pool_id, n=1, filters=EVERYBODY, now=NOON)[0].member_id == ids[0]
