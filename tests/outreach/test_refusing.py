"""Refusing (拒绝联系): final everywhere from the moment its transaction commits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, transaction

from hongxian.audit import recording
from hongxian.consent import suppressing
from hongxian.intake import registering, runs
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.outreach import gate, refusing, showing
from hongxian.pools import claiming, entering, releasing
from hongxian.pools.filtering import EVERYBODY
from hongxian.rights import erasing
from hongxian.vault import asking, permits
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.outreach.test_gate import unwritable

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("desk")


def refuse(member: Someone, by: Person, *, reason: str = "refused") -> None:
    refusing.refuse(by=by.actor(), city_id=member.city_id, member_id=member.member_id, reason=reason, now=casting.now())


def places_of(member: Someone) -> list[str]:
    """Every table in which the member still stands, apart from the record itself."""
    tables = ("pools_entry", "pools_holding", "pools_resting", "vault_ground")
    query = "SELECT count(*) FROM {} WHERE city_id = %(city_id)s AND member_id = %(id)s"
    return [table for table in tables if casting.rows(query.format(table), city_id=member.city_id, id=member.member_id) != [(0,)]]


def said_no(member: Someone) -> bool:
    return set(suppressing.suppressed(member.hashes)) == set(member.hashes)


class TestRefuse:
    def test_ends_everything_at_once(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        assert places_of(member) == ["pools_holding", "vault_ground"]
        refuse(member, cast.lan)
        assert said_no(member)
        assert places_of(member) == []
        suppressed = casting.rows("SELECT suppressed_at IS NOT NULL FROM members_member WHERE id = %(id)s", id=member.member_id)
        assert suppressed == [(True,)]
        held = casting.rows("SELECT held FROM pools_hand WHERE staff_id = %(id)s", id=cast.lan.staff_id)
        assert held == [(0,)]

    def test_takes_an_entry_out_of_its_pool_and_a_rest_to_its_end(self, cast: Cast) -> None:
        pooled, resting = cast.member(pooled=True), cast.member()
        casting.insert_bare(
            "pools_resting",
            city_id=cast.city_id,
            member_id=resting.member_id,
            pool_id=cast.east_pool,
            until=casting.now() + timedelta(days=3),
            reason="no_answer",
        )
        for member in (pooled, resting):
            refuse(member, cast.zheng)
            assert places_of(member) == []
            assert said_no(member)

    def test_is_traced(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        refuse(member, cast.lan, reason="complained")
        [trace] = casting.traces(member, action="outreach.refuse")
        assert (trace[1], trace[3], trace[4], trace[5]) == ("suppression", "allowed", "complained", cast.lan.staff_id)

    def test_needs_a_reason_of_the_list(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        with pytest.raises(refusing.UnknownReason):
            refuse(member, cast.lan, reason="'; DROP TABLE")
        assert not said_no(member)

    @pytest.mark.parametrize("who", ["lan", "chen", "zheng", "privacy_officer"])
    def test_is_for_the_holder_the_stores_managers_and_the_privacy_officer(self, cast: Cast, who: str) -> None:
        member = cast.member(held_by=cast.lan)
        refuse(member, cast.people[who])
        assert said_no(member)

    @pytest.mark.parametrize("who", ["mei", "liu", "wu", "xu"])
    def test_by_others_looks_like_nobody_and_is_traced(self, cast: Cast, who: str) -> None:
        member = cast.member(held_by=cast.lan)
        with pytest.raises(NotFound):
            refuse(member, cast.people[who])
        assert not said_no(member)
        assert [(trace[3], trace[4]) for trace in casting.traces(member)] == [("denied", "no_ground")]

    @pytest.mark.parametrize("who", ["operations", "auditor", "fraud_desk", "trainer"])
    def test_by_other_roles_is_not_allowed(self, cast: Cast, who: str) -> None:
        member = cast.member(held_by=cast.lan)
        with pytest.raises(NotAllowed):
            refuse(member, cast.people[who])
        assert not said_no(member)

    def test_in_another_city_looks_like_nobody(self, cast: Cast) -> None:
        elsewhere = Cast()
        member = elsewhere.member(held_by=elsewhere.lan)
        with pytest.raises(NotFound):
            refuse(member, cast.zheng)
        assert not said_no(member)

    def test_that_cannot_be_written_changes_nothing(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        with unwritable("audit_trace"), pytest.raises(DatabaseError):
            refuse(member, cast.lan)
        assert not said_no(member)
        assert places_of(member) == ["pools_holding", "vault_ground"]

    def test_of_a_number_that_nobody_knows_holds_too(self, cast: Cast) -> None:
        hashes = casting.private_keys().hash_number(f"+86198{cast.city_id:08d}")
        by = cast.privacy_officer.actor()
        assert refusing.refuse_number(by=by, number_hashes=hashes, origin="t", reason="refused", now=casting.now())
        assert not refusing.refuse_number(by=by, number_hashes=hashes, origin="t", reason="refused", now=casting.now())
        assert set(suppressing.suppressed(hashes)) == set(hashes)


class TestAfterwards:
    def test_a_permit_taken_before_opens_nothing(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        with transaction.atomic():
            verdict = gate.permit(
                by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, channel="call", now=casting.now()
            )
        assert verdict.trace is not None
        refuse(member, cast.lan)
        with pytest.raises(asking.KeeperDenied):
            asking.reveal(verdict.trace)
        casting.ground(member, cast.lan)  # even if the ground were still there
        trace = recording.record(
            by=cast.lan.actor(),
            action="gate.permit",
            purpose="outreach.call",
            city_id=cast.city_id,
            member_ids=[member.member_id],
            fields=["number"],
            permit_id=verdict.permit_id,
            now=casting.now(),
        )
        with pytest.raises(asking.KeeperDenied) as refusal:
            asking.reveal(trace)
        assert refusal.value.reason == "no_ground"

    def test_nobody_claims_the_member_again(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        refuse(member, cast.lan)
        with signed_in_as("worker"):
            entered = entering.enter(
                by=Actor.system("test", city_id=cast.city_id),
                city_id=cast.city_id,
                member_ids=[member.member_id],
                now=casting.now(),
            )
        assert entered == 0
        with pytest.raises(claiming.NothingToClaim):
            claiming.claim_next(by=cast.wu.actor(), pool_id=cast.city_pool, n=5, filters=EVERYBODY, now=casting.now())
        assert places_of(member) == []

    @pytest.mark.parametrize("spelled", ["{n}", "+86 {n}", "0086{n}", "86-{n}", "{spaced}", "{wide}"])
    def test_deleted_and_registered_anew_it_still_holds(self, cast: Cast, spelled: str) -> None:
        member = cast.member(held_by=cast.lan)
        refuse(member, cast.lan)
        n = member.number.removeprefix("+86")
        with signed_in_as("worker"):
            erasing.erase(
                by=cast.privacy_officer.actor("worker"), city_id=cast.city_id, member_id=member.member_id, now=casting.now()
            )
            store = org.store(store_id=cast.west)
            assert store is not None
            done = registering.register(
                by=runs.system_for(store),
                store=store,
                number=spelled.format(
                    n=n, spaced=f"{n[:3]} {n[3:7]} {n[7:]}", wide="".join(chr(ord(digit) + 0xFEE0) for digit in n)
                ),
                name="欧阳新",
                sex="女",
                birth="1990-01-01",
                basis="到店签署纸质授权书",
                basis_date=day_of(casting.now()),
                now=casting.now(),
            )
        assert (done.suppressed, done.contactable) == (True, False)
        assert done.member_id not in {None, member.member_id}
        anew = casting.rows("SELECT suppressed_at IS NOT NULL FROM members_member WHERE id = %(id)s", id=done.member_id)
        assert anew == [(True,)]
        assert casting.rows("SELECT count(*) FROM pools_entry WHERE member_id = %(id)s", id=done.member_id) == [(0,)]
        verdict = gate.probe(by=cast.privacy_officer.actor(), number_hashes=member.hashes, channel="call", now=casting.now())
        assert verdict.reason == "suppressed"


RIVALS: dict[str, Callable[[Cast, Someone], Any]] = {
    "show number": lambda cast, member: showing.show_number(
        by=cast.lan.actor(), city_id=cast.city_id, member_id=member.member_id, now=casting.now()
    ),
    "release": lambda cast, member: releasing.release(
        by=cast.lan.actor(), city_id=cast.city_id, member_ids=[member.member_id], reason="mistake", now=casting.now()
    ),
    "claim": lambda cast, member: claiming.claim_next(
        by=cast.mei.actor(), pool_id=cast.east_pool, n=1, filters=EVERYBODY, now=casting.now()
    ),
    "permit": lambda cast, member: permits.issue(
        city_id=cast.city_id,
        member_id=member.member_id,
        staff_id=cast.lan.staff_id,
        channel="call",
        purpose="outreach.call",
        now=casting.now(),
        latest_at=casting.now() + timedelta(seconds=60),
    ),
}


class TestAtTheSameTime:
    """Real threads, real commits: whatever comes second finds the "no", and nothing stands afterwards."""

    @pytest.mark.parametrize("rival", RIVALS)
    def test_nothing_is_left(self, cast: Cast, rival: str) -> None:
        members = [cast.member(held_by=None if rival == "claim" else cast.lan, pooled=rival == "claim") for _ in range(6)]
        for member in members:
            start = threading.Barrier(2)
            acts = (partial(refuse, member, cast.zheng), partial(RIVALS[rival], cast, member))
            with ThreadPoolExecutor(2) as threads:
                done = [threads.submit(_at_the_start, start, act) for act in acts]
                assert done[0].result() is None, "a no always goes through"
                assert done[1].result() in {None, "not_found", "contact_denied", "keeper_denied", "pools.nothing_to_claim"}
        for member in members:
            assert said_no(member)
            assert places_of(member) == []
        hands = casting.rows("SELECT sum(held)::int FROM pools_hand WHERE city_id = %(id)s", id=cast.city_id)
        assert hands[0][0] in {0, None}

    def test_two_of_the_same_number_are_one(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        start = threading.Barrier(4)
        people = (cast.lan, cast.chen, cast.zheng, cast.privacy_officer)
        with ThreadPoolExecutor(4) as threads:
            for done in [threads.submit(_at_the_start, start, partial(refuse, member, person)) for person in people]:
                done.result()
        assert said_no(member)
        assert places_of(member) == []


def _at_the_start(start: threading.Barrier, act: Callable[[], Any]) -> str | None:
    """Runs it on this thread as the desk, with the others; gives the code of a refusal."""
    with signed_in_as("desk"):
        start.wait()
        try:
            act()
        except Refusal as refusal:
            return refusal.code
    return None


def test_a_no_whose_job_was_lost_is_settled_all_the_same(cast: Cast) -> None:
    someone = cast.member(held_by=cast.lan)
    said = casting.now() - timedelta(minutes=5)
    for number_hash in someone.hashes:
        casting.insert_bare(
            "consent_suppression", number_hash=number_hash, origin="t", reason="refused", recorded_at=said, staff_id=0
        )
    by, since = Actor.system("settle", city_id=cast.city_id), said - timedelta(days=1)
    with signed_in_as("worker"):
        assert refusing.settle_left_over(by=by, since=since, now=said) == 0, "its job comes first"
        assert refusing.settle_left_over(by=by, since=since, now=casting.now()) == 1
        assert refusing.settle_left_over(by=by, since=since, now=casting.now()) == 0
    assert casting.rows("SELECT 1 FROM pools_holding WHERE member_id = %(m)s", m=someone.member_id) == []
