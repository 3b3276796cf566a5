"""Contracts: filed by one person, in force through another, and what they open while they are."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.org import staffing
from hongxian.pools import leaving
from hongxian.sales import ending, packages, profile, queries, signing
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.contracts.visit_pages import a_package

if TYPE_CHECKING:
    from collections.abc import Iterator

AGREED = (*casting.CONTACT, "matchmaking")


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    made = Cast()
    with signed_in_as("desk"):
        yield made


def now() -> datetime:
    return casting.now()


def today() -> date:
    return day_of(now())


def file(by: Person, someone: Someone, *, key: UUID | None = None, **more: Any) -> int:
    about: dict[str, Any] = {
        "package_id": a_package(),
        "amount_fen": 698_000,
        "signed_on": today(),
        "ends_on": today() + timedelta(days=183),
    }
    return signing.file(
        by=by.actor(),
        city_id=someone.city_id,
        member_id=someone.member_id,
        request_key=key or uuid4(),
        now=now(),
        **(about | more),
    ).contract_id


def sign(by: Person, cast: Cast, contract_id: int) -> None:
    signing.sign(by=by.actor(), city_id=cast.city_id, contract_id=contract_id, now=now())


def look(by: Person, someone: Someone) -> profile.Profile:
    return profile.profile(by=by.actor(), city_id=someone.city_id, member_id=someone.member_id, now=now())


class TestFile:
    def test_gives_no_ground_before_it_was_compared_with_the_paper(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan, consents=AGREED)
        file(cast.lan, someone)
        with pytest.raises(NotFound):
            look(cast.lan, someone)
        assert (
            queries.counts(city_id=cast.city_id, store_id=cast.east, since=now() - timedelta(1), until=now() + timedelta(1)) == []
        )

    def test_twice_with_one_key_is_once_and_a_second_waits_for_the_first(self, cast: Cast) -> None:
        someone, key = cast.member(held_by=cast.lan), uuid4()
        assert file(cast.lan, someone, key=key) == file(cast.lan, someone, key=key)
        with pytest.raises(signing.FiledAlready):
            file(cast.lan, someone)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"package_id": 2**53},
            {"amount_fen": 0},
            {"amount_fen": -5},
            {"amount_fen": 100_000_001},
            {"signed_on": date(2020, 1, 1)},
            {"signed_on": date(2999, 1, 1)},
            {"ends_on": date(2020, 1, 1)},
            {"ends_on": date(2999, 1, 1)},
        ],
    )
    def test_that_does_not_fit_is_refused(self, cast: Cast, wrong: dict[str, Any]) -> None:
        with pytest.raises(signing.BadContract):
            file(cast.lan, cast.member(held_by=cast.lan), **wrong)

    def test_with_a_key_that_was_another_members_is_refused(self, cast: Cast) -> None:
        """Not told as filed: nothing of this member is on file."""
        one, other, key = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan), uuid4()
        file(cast.lan, one, key=key)
        with pytest.raises(signing.FiledAlready):
            file(cast.lan, other, key=key)

    def test_of_nobody_elses_member(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        with pytest.raises(NotFound):
            file(cast.mei, someone)
        assert casting.traces(someone)[-1][:5] == ("sales.file", "contract", "", "denied", "no_ground")
        for person in (cast.chen, cast.zheng, cast.operations):
            with pytest.raises(NotAllowed):
                file(person, someone)


class TestSign:
    def test_is_the_ground_of_matchmaking_beside_the_members_own_consent(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan, consents=AGREED)
        cast.seal(someone, criteria="温柔，爱旅行")
        sign(cast.zheng, cast, file(cast.lan, someone))
        seen = look(cast.lan, someone)
        assert (seen.name, seen.criteria, seen.traits.height_cm) == (someone.name, "温柔，爱旅行", 165)
        with pytest.raises(NotFound):
            look(cast.mei, someone)
        [counted] = queries.counts(
            city_id=cast.city_id, store_id=cast.east, since=now() - timedelta(1), until=now() + timedelta(1)
        )
        assert (counted.staff_id, counted.team_id, counted.contracts, counted.amount_fen) == (
            cast.lan.staff_id,
            cast.team,
            1,
            698_000,
        )

    def test_without_the_members_separate_consent_opens_nothing(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        sign(cast.zheng, cast, file(cast.lan, someone))
        with pytest.raises(profile.NotAgreed):
            look(cast.lan, someone)
        casting.receipt(someone, "matchmaking")
        assert look(cast.lan, someone).name == someone.name
        casting.withdrawal(someone, "matchmaking")
        with pytest.raises(profile.NotAgreed):
            look(cast.lan, someone)

    def test_ends_when_cancelled_and_on_its_last_day(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan, consents=AGREED)
        contract = file(cast.lan, someone)
        sign(cast.zheng, cast, contract)
        grounds = casting.rows(
            "SELECT until FROM vault_ground WHERE member_id = %(m)s AND kind = 'contract'", m=someone.member_id
        )
        assert day_of(grounds[0][0]) == today() + timedelta(days=184)
        with pytest.raises(signing.NoReason):
            signing.cancel(by=cast.zheng.actor(), city_id=cast.city_id, contract_id=contract, why="", now=now())
        signing.cancel(by=cast.zheng.actor(), city_id=cast.city_id, contract_id=contract, why="refund", now=now())
        with pytest.raises(NotFound):
            look(cast.lan, someone)
        assert queries.counts(city_id=cast.city_id, store_id=None, since=now() - timedelta(1), until=now() + timedelta(1)) == []
        actions = [trace[0] for trace in casting.traces(someone)]
        assert [each for each in actions if each != "sales.profile"] == ["sales.file", "sales.sign", "sales.cancel"]

    def test_is_another_stores_or_nobodys(self, cast: Cast) -> None:
        contract = file(cast.lan, cast.member(held_by=cast.lan))
        with pytest.raises(NotFound):
            sign(cast.xu, cast, contract)
        for person in (cast.lan, cast.chen, cast.operations):
            with pytest.raises(NotAllowed):
                sign(person, cast, contract)
        sign(cast.zheng, cast, contract)
        with pytest.raises(signing.DecidedAlready):
            sign(cast.zheng, cast, contract)

    def test_is_never_the_same_person_also_when_they_were_promoted_meanwhile(self, cast: Cast) -> None:
        contract = file(cast.lan, cast.member(held_by=cast.lan))
        casting.run("UPDATE org_staff SET role = 'store_manager', tier = NULL WHERE id = %(i)s", i=cast.lan.staff_id)
        with pytest.raises(signing.OwnContract):
            sign(cast.lan, cast, contract)

    @pytest.mark.parametrize("gone", ["another store", "another role", "left"])
    def test_gives_nobody_a_ground_who_has_gone_meanwhile(self, cast: Cast, gone: str) -> None:
        """Moving takes every ground away; a contract that waited must not give one back, in another store of all places."""
        someone = cast.member(held_by=cast.lan, consents=AGREED)
        contract = file(cast.lan, someone)
        places = {
            "another store": staffing.Place(role="consultant", team_id=cast.west_team, tier="X"),
            "another role": staffing.Place(role="team_manager", team_id=cast.team),
        }
        if gone == "left":
            leaving.leave(by=cast.operations.actor(), staff_id=cast.lan.staff_id, why="辞职", now=now())
        else:
            leaving.move(by=cast.operations.actor(), staff_id=cast.lan.staff_id, place=places[gone], why="调岗", now=now())
        with pytest.raises(signing.ConsultantGone):
            sign(cast.zheng, cast, contract)
        assert casting.rows("SELECT kind FROM vault_ground WHERE member_id = %(m)s", m=someone.member_id) == []
        signing.decline(by=cast.zheng.actor(), city_id=cast.city_id, contract_id=contract, why="mistake", now=now())

    def test_and_moving_at_the_same_moment_leave_no_ground(self, cast: Cast) -> None:
        """Whichever comes first: the signing waits for the move, or the move finds the ground."""
        someone = cast.member(held_by=cast.lan, consents=AGREED)
        contract, start = file(cast.lan, someone), threading.Barrier(2)
        place = staffing.Place(role="consultant", team_id=cast.west_team, tier="X")

        def move() -> None:
            with signed_in_as("desk"):
                by = cast.operations.actor()
                start.wait()
                leaving.move(by=by, staff_id=cast.lan.staff_id, place=place, why="调店", now=now())

        mover = threading.Thread(target=move)
        mover.start()
        start.wait()
        with suppress(signing.ConsultantGone):
            sign(cast.zheng, cast, contract)
        mover.join()
        assert casting.rows("SELECT kind FROM vault_ground WHERE member_id = %(m)s", m=someone.member_id) == []

    def test_declined_leaves_nothing(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan, consents=AGREED)
        contract = file(cast.lan, someone)
        signing.decline(by=cast.zheng.actor(), city_id=cast.city_id, contract_id=contract, why="paper", now=now())
        with pytest.raises(NotFound):
            look(cast.lan, someone)
        file(cast.lan, someone)

    def test_past_contracts_end_by_themselves(self, cast: Cast) -> None:
        sign(cast.zheng, cast, file(cast.lan, cast.member(held_by=cast.lan)))
        later = now() + timedelta(days=200)
        with signed_in_as("worker"):
            by = Actor.system("contracts_past", city_id=cast.city_id)
            assert ending.end_past(by=by, city_id=cast.city_id, now=later) == 1
            assert ending.end_past(by=by, city_id=cast.city_id, now=later) == 0


class TestList:
    def test_names_members_to_their_own_consultant_alone(self, cast: Cast) -> None:
        someone, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        file(cast.lan, someone)
        file(cast.mei, other)
        assert [line.member_id for line in queries.contracts(by=cast.lan.actor(), now=now())] == [someone.member_id]
        lines = queries.contracts(by=cast.zheng.actor(), now=now())
        assert ([line.member_id for line in lines], len(lines)) == ([None, None], 2)
        assert queries.contracts(by=cast.xu.actor(), now=now()) == []


class TestPackages:
    def test_are_opened_and_closed_with_their_reason_by_operations(self, cast: Cast) -> None:
        name = f"套餐 {uuid4().hex[:6]}"
        about: dict[str, Any] = {"by": cast.operations.actor(), "name": name, "months": 3, "price_fen": 100_000, "now": now()}
        with pytest.raises(packages.BadPackage):
            packages.open_package(**about, why=" ")
        number = packages.open_package(**about, why="新年")
        with pytest.raises(packages.NameTaken):
            packages.open_package(**about, why="再来")
        packages.close_package(by=cast.operations.actor(), package_id=number, why="卖完", now=now())
        with pytest.raises(signing.BadContract):
            file(cast.lan, cast.member(held_by=cast.lan), package_id=number)
        changes = casting.rows("SELECT why FROM audit_change WHERE thing = %(t)s ORDER BY id", t=f"package {number}")
        assert changes == [("新年",), ("卖完",)]
        with pytest.raises(NotAllowed):
            packages.open_package(**about | {"by": cast.zheng.actor()}, why="x")
