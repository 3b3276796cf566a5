"""/desk/agreements/: signing and ending; a franchise whose agreement ends reads nothing from the next request on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of
from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


def agreement_of(store_id: int) -> int:
    return int(stage.rows("SELECT max(id) FROM org_agreement WHERE store_id = %(id)s", id=store_id)[0][0])


def changes(action: str, staff_id: int) -> list[tuple[object, ...]]:
    return stage.rows(
        "SELECT thing, before, after, why FROM audit_change WHERE action = %(action)s AND staff_id = %(id)s ORDER BY id",
        action=action,
        id=staff_id,
    )


class TestFranchise:
    @pytest.mark.parametrize("how", ["ended", "expired"])
    def test_without_a_living_agreement_is_denied_the_next_read(self, cast: Cast, sign_in: SignIn, how: str) -> None:
        """From a reading consultant to a refused one, through HTTP; and back when a new agreement is signed."""
        someone = cast.member(held_by=cast.wu, west=True)
        consultant, officer = sign_in(cast.wu), sign_in(cast.operations)
        page = f"/desk/member/{someone.city_id}/{someone.member_id}/"
        assert someone.alias in consultant.get(page).content.decode()
        if how == "ended":
            address = f"/desk/agreements/{agreement_of(cast.west)}/end/"
            assert officer.post(address, {"why": "违反数据协议"}).status_code == 303
        else:
            cast.expire_agreement(cast.west)
        for path in (page, "/desk/", "/desk/list/", "/desk/pools/"):
            answer = consultant.get(path)
            assert answer.status_code == 403, path
            assert someone.alias not in answer.content.decode()
        assert consultant.post(f"{page}number/").status_code == 403
        assert sign_in(cast.xu).get("/desk/members/").status_code == 403
        denied = stage.rows(
            "SELECT DISTINCT reason FROM audit_trace WHERE staff_id = %(id)s AND outcome = 'denied'", id=cast.wu.staff_id
        )
        assert denied == [("agreement",)]
        assert sign_in(cast.lan).get("/desk/").status_code == 200, "another store goes on"
        today = day_of(stage.now())
        form = {"store": cast.west, "signed_on": today, "expires_on": today + timedelta(days=365), "why": "重新签订"}
        assert officer.post("/desk/agreements/sign/", form).status_code == 303
        assert someone.alias in consultant.get(page).content.decode()


class TestSign:
    def test_keeps_who_what_and_why(self, cast: Cast, sign_in: SignIn) -> None:
        today = day_of(stage.now())
        form = {"store": cast.west, "signed_on": today, "expires_on": today + timedelta(days=365), "why": "续签一年"}
        assert sign_in(cast.privacy_officer).post("/desk/agreements/sign/", form).status_code == 303
        [(thing, before, after, why)] = changes("org.agreement.sign", cast.privacy_officer.staff_id)
        assert thing == f"store {cast.west} agreement {agreement_of(cast.west)}"
        assert before is None
        assert after == {"signed_on": today.isoformat(), "expires_on": (today + timedelta(days=365)).isoformat()}
        assert why == "续签一年"

    @pytest.mark.parametrize(
        ("begins", "ends", "why"), [(0, -1, "x"), (-10, -1, "x"), (0, 4000, "x"), (5, 2, "x"), (0, 100, ""), (0, 100, "  ")]
    )
    def test_refuses_what_makes_no_sense(self, cast: Cast, sign_in: SignIn, begins: int, ends: int, why: str) -> None:
        today, before = day_of(stage.now()), agreement_of(cast.west)
        form = {
            "store": cast.west,
            "signed_on": today + timedelta(days=begins),
            "expires_on": today + timedelta(days=ends),
            "why": why,
        }
        assert sign_in(cast.operations).post("/desk/agreements/sign/", form).status_code == 422
        assert agreement_of(cast.west) == before

    def test_of_a_store_that_is_not_there_is_not_found(self, cast: Cast, sign_in: SignIn) -> None:
        today = day_of(stage.now())
        form = {"store": 2**40, "signed_on": today, "expires_on": today, "why": "x"}
        assert sign_in(cast.operations).post("/desk/agreements/sign/", form).status_code == 404


class TestEnd:
    def test_keeps_before_and_after(self, cast: Cast, sign_in: SignIn) -> None:
        number, today = agreement_of(cast.west), day_of(stage.now())
        client = sign_in(cast.operations)
        assert client.post(f"/desk/agreements/{number}/end/", {"why": ""}).status_code == 422
        assert client.post(f"/desk/agreements/{number}/end/", {"why": "关店"}).status_code == 303
        [(_, before, after, why)] = changes("org.agreement.end", cast.operations.staff_id)
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        assert before["expires_on"] > today.isoformat() > after["expires_on"]
        assert why == "关店"
        assert client.post(f"/desk/agreements/{number}/end/", {"why": "再次"}).status_code == 409

    def test_of_one_signed_today_works_too(self, cast: Cast, sign_in: SignIn) -> None:
        today = day_of(stage.now())
        number = stage.insert("org_agreement", store_id=cast.west, signed_on=today, expires_on=today + timedelta(days=9))
        assert sign_in(cast.operations).post(f"/desk/agreements/{number}/end/", {"why": "签错了"}).status_code == 303
        [(signed, expires)] = stage.rows("SELECT signed_on, expires_on FROM org_agreement WHERE id = %(id)s", id=number)
        assert signed == expires == today - timedelta(days=1)


class TestList:
    def test_puts_those_without_a_living_one_first(self, cast: Cast, sign_in: SignIn) -> None:
        cast.expire_agreement(cast.west)
        stage.run(
            "UPDATE org_agreement SET expires_on = %(day)s WHERE store_id = %(id)s",
            day=day_of(stage.now()) + timedelta(days=5),
            id=cast.east,
        )
        answer = sign_in(cast.operations).get("/desk/agreements/")
        states = {each.store.store_id: each.state for each in answer.context["stores"]}
        assert (states[cast.west], states[cast.east]) == ("expired", "ending")
        order = [each.store.store_id for each in answer.context["stores"]]
        assert order.index(cast.west) < order.index(cast.east)
