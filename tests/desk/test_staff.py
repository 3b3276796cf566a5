"""/desk/staff/: whoever leaves or moves is out within five seconds, on every device, and nothing opens for them any more."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from hongxian.audit import recording
from hongxian.kernel.clock import day_of
from hongxian.vault import asking, permits
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.contracts.test_urls import TABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    SignIn = Callable[[Person], Client]

PASSWORD = "correct horse 8"
LEAVES = {"why": "辞职"}


def signed_in(person: Person, password: str = PASSWORD) -> Client:
    """Through the sign-in page, as people do."""
    browser = Client(headers={"accept-language": "zh-hans"})
    browser.post("/login/", {"username": person.employee_no, "password": password})
    return browser


def give_password(person: Person) -> None:
    casting.run("UPDATE auth_user SET password = %(p)s WHERE id = %(id)s", p=make_password(PASSWORD), id=person.account_id)


def is_out(browser: Client, path: str = "/desk/") -> bool:
    page, poll = browser.get(path), browser.get("/desk/list/", headers={"HX-Request": "true"})
    return page.status_code == 302 and page["Location"].startswith("/login/") and poll.status_code == 401


def leave(browser: Client, who: Person) -> Any:
    return browser.post(f"/desk/staff/{who.staff_id}/leave/", LEAVES)


def committed_trace(
    member: Someone, by: Person, *, fields: tuple[str, ...] = ("alias",), permit_id: int | None = None
) -> recording.TraceRef:
    return recording.record(
        by=by.actor(),
        action="member.open",
        purpose="outreach.call",
        ground="claim",
        member_ids=[member.member_id],
        fields=fields,
        permit_id=permit_id,
        now=casting.now(),
    )


class TestLeaving:
    def test_ends_every_session_within_five_seconds(self, cast: Cast, sign_in: SignIn) -> None:
        member = cast.member(held_by=cast.lan)
        give_password(cast.lan)
        devices = [signed_in(cast.lan) for _ in range(4)] + [sign_in(cast.lan)]
        path = f"/desk/member/{member.city_id}/{member.member_id}/"
        assert [device.get(path).status_code for device in devices] == [200] * 5
        began = time.monotonic()
        assert leave(sign_in(cast.zheng), cast.lan).status_code == 303
        assert [is_out(device, path) for device in devices] == [True] * 5
        assert [device.post(f"{path}number/").status_code for device in devices] == [302] * 5
        assert time.monotonic() - began < 5

    def test_shuts_the_account(self, cast: Cast, sign_in: SignIn) -> None:
        give_password(cast.lan)
        assert signed_in(cast.lan).get("/desk/").status_code == 200
        leave(sign_in(cast.zheng), cast.lan)
        browser = signed_in(cast.lan)
        assert is_out(browser)
        assert casting.rows("SELECT is_active FROM auth_user WHERE id = %(id)s", id=cast.lan.account_id) == [(False,)]

    def test_a_cookie_of_before_is_dead_even_after_a_return(self, cast: Cast, sign_in: SignIn) -> None:
        """The cookie was copied before; its holder works here again a year later."""
        browser = sign_in(cast.lan)
        stolen = {name: morsel.value for name, morsel in browser.cookies.items()}
        leave(sign_in(cast.zheng), cast.lan)
        casting.run("UPDATE org_staff SET active = true, left_on = NULL WHERE id = %(id)s", id=cast.lan.staff_id)
        casting.run("UPDATE auth_user SET is_active = true WHERE id = %(id)s", id=cast.lan.account_id)
        thief = Client()
        for name, value in stolen.items():
            thief.cookies[name] = value
        assert is_out(thief)
        give_password(cast.lan)
        assert signed_in(cast.lan).get("/desk/").status_code == 200

    def test_leaves_nothing_to_open(self, cast: Cast, sign_in: SignIn) -> None:
        """A trace that was committed just before, and a permit that was issued just before: the keeper says no to both."""
        member, now = cast.member(held_by=cast.lan), casting.now()
        assert asking.reveal(committed_trace(member, cast.lan))[member.member_id]["alias"] == member.alias
        before = committed_trace(member, cast.lan)
        permit_id = permits.issue(
            city_id=member.city_id,
            member_id=member.member_id,
            staff_id=cast.lan.staff_id,
            channel="call",
            purpose="outreach.call",
            now=now,
            latest_at=now + timedelta(seconds=60),
        )
        against_permit = committed_trace(member, cast.lan, fields=("number",), permit_id=permit_id)
        leave(sign_in(cast.zheng), cast.lan)
        for trace in (before, against_permit):
            with pytest.raises(asking.KeeperDenied) as denied:
                asking.reveal(trace)
            assert denied.value.reason == "no_ground"
        assert casting.rows("SELECT used_at FROM vault_permit WHERE id = %(id)s", id=permit_id) == [(None,)]

    def test_takes_grounds_of_every_kind_in_every_city(self, cast: Cast, sign_in: SignIn) -> None:
        elsewhere = Cast()
        mine, theirs = cast.member(held_by=cast.lan), elsewhere.member()
        for kind in ("push", "case", "contract"):
            casting.ground(mine, cast.lan, kind=kind)
            casting.ground(theirs, cast.lan, kind=kind)
        leave(sign_in(cast.operations), cast.lan)
        assert casting.rows("SELECT count(*) FROM vault_ground WHERE staff_id = %(id)s", id=cast.lan.staff_id) == [(0,)]
        assert casting.rows("SELECT count(*) FROM pools_holding WHERE staff_id = %(id)s", id=cast.lan.staff_id) == [(0,)]
        back = casting.rows("SELECT count(*) FROM pools_entry WHERE member_id = %(id)s", id=mine.member_id)
        assert back == [(1,)]

    def test_tells_each_member_that_the_system_took_them_back(self, cast: Cast, sign_in: SignIn) -> None:
        member = cast.member(held_by=cast.lan)
        leave(sign_in(cast.zheng), cast.lan)
        [trace] = casting.traces(member, action="pools.returned")
        assert (trace[3], trace[5]) == ("allowed", 0)

    def test_of_headquarters_ends_their_grounds_too(self, cast: Cast, sign_in: SignIn) -> None:
        member = cast.member()
        casting.ground(member, cast.fraud_desk, kind="case")
        leave(sign_in(cast.operations), cast.fraud_desk)
        assert casting.rows("SELECT count(*) FROM vault_ground WHERE staff_id = %(id)s", id=cast.fraud_desk.staff_id) == [(0,)]


class TestMoving:
    def test_ends_every_session_and_begins_anew_elsewhere(self, cast: Cast, sign_in: SignIn) -> None:
        member = cast.member(held_by=cast.lan)
        give_password(cast.lan)
        devices = [signed_in(cast.lan), sign_in(cast.lan)]
        path = f"/desk/member/{member.city_id}/{member.member_id}/"
        assert [device.get(path).status_code for device in devices] == [200] * 2
        form = {"why": "调店", "role": "consultant", "team": cast.west_team, "tier": "Y"}
        assert sign_in(cast.operations).post(f"/desk/staff/{cast.lan.staff_id}/move/", form).status_code == 303
        assert [is_out(device, path) for device in devices] == [True] * 2
        again = signed_in(cast.lan)
        assert again.get("/desk/").status_code == 200
        assert again.get(path).status_code == 404
        assert again.get(f"/desk/pools/{cast.east_pool}/").content.decode().count("hx-card-head") == 0

    def test_needs_its_reason_and_a_place(self, cast: Cast, sign_in: SignIn) -> None:
        browser = sign_in(cast.zheng)
        for form in (
            {},
            {"why": "x"},
            {"why": "x", "role": "consultant", "team": "x"},
            {"why": "x", "role": "consultant", "team": cast.west_team},
        ):
            answer = browser.post(f"/desk/staff/{cast.lan.staff_id}/move/", form)
            assert answer.status_code == 422
            assert "没有任何改动" in answer.content.decode()


class TestPage:
    def test_shows_a_manager_the_own_store(self, cast: Cast, sign_in: SignIn) -> None:
        cast.member(held_by=cast.lan)
        page = sign_in(cast.zheng).get("/desk/staff/").content.decode()
        assert cast.lan.employee_no in page
        assert cast.wu.employee_no not in page
        assert f"/desk/staff/{cast.lan.staff_id}/" in page
        assert f"/desk/staff/{cast.zheng.staff_id}/" not in page

    def test_shows_operations_every_store_and_headquarters(self, cast: Cast, sign_in: SignIn) -> None:
        browser = sign_in(cast.operations)
        assert cast.auditor.employee_no in browser.get("/desk/staff/").content.decode()
        assert cast.wu.employee_no in browser.get(f"/desk/staff/?store={cast.west}").content.decode()
        assert browser.get("/desk/staff/?store=999999999").status_code == browser.get("/desk/staff/?store=x").status_code == 404

    def test_keeps_who_left_for_a_while(self, cast: Cast, sign_in: SignIn) -> None:
        browser = sign_in(cast.zheng)
        leave(browser, cast.lan)
        page = browser.get("/desk/staff/").content.decode()
        assert "离职" in page
        assert f"/desk/staff/{cast.lan.staff_id}/" not in page
        assert leave(browser, cast.lan).status_code == 409


# The pages of staff of a store that show or touch members, by who may open them while the agreement runs.
STORE_PEOPLE = ("lan", "mei", "chen", "zheng")


class TestAgreement:
    @pytest.mark.parametrize("ends", ["expired yesterday", "begins tomorrow", "was never signed"])
    def test_that_does_not_run_denies_the_next_read(self, cast: Cast, sign_in: SignIn, ends: str) -> None:
        member = cast.member(held_by=cast.lan)
        cast.member(pooled=True)
        number = f"{cast.code}{member.member_id:09d}"
        browsers = {name: sign_in(cast.people[name]) for name in STORE_PEOPLE}
        assert number in browsers["lan"].get(f"/desk/member/{cast.city_id}/{member.member_id}/").content.decode()
        assert number in browsers["chen"].get(f"/desk/team/{cast.lan.staff_id}/").content.decode()
        assert number in browsers["zheng"].get("/desk/members/").content.decode()
        today = day_of(casting.now())
        day = timedelta(days=1)
        changes = {
            "expired yesterday": ("UPDATE org_agreement SET expires_on = %(day)s WHERE store_id = %(id)s", today - day),
            "begins tomorrow": ("UPDATE org_agreement SET signed_on = %(day)s WHERE store_id = %(id)s", today + day),
            "was never signed": ("DELETE FROM org_agreement WHERE store_id = %(id)s AND %(day)s::date IS NOT NULL", today),
        }
        statement, date = changes[ends]
        casting.run(statement, day=date, id=cast.east)
        began, shown = time.monotonic(), []
        ids = {"city_id": cast.city_id, "member_id": member.member_id, "pool_id": cast.east_pool, "staff_id": cast.lan.staff_id}
        for route, method in TABLE:
            path = route
            for name, value in (ids | {"run_id": 1}).items():
                path = path.replace(f"<int:{name}>", str(value))
            if "<" in path or route in {"logout/", "login/"}:
                continue
            for who, browser in browsers.items():
                answer = getattr(browser, method.lower())(f"/{path}")
                body = answer.content.decode(errors="replace")
                if number in body or f"{member.member_id:09d}" in body.replace(path, "") or member.alias in body:
                    shown.append((who, route, method))
        assert shown == []
        assert [browsers["lan"].get(f"/{page}").status_code for page in ("desk/", "desk/list/", "desk/pools/")] == [403] * 3
        assert time.monotonic() - began < 60

    def test_that_ends_stops_every_open_device_at_once(self, cast: Cast, sign_in: SignIn) -> None:
        member = cast.member(held_by=cast.wu, west=True)
        path, devices = f"/desk/member/{cast.city_id}/{member.member_id}/", [sign_in(cast.wu) for _ in range(3)]
        assert [device.get(path).status_code for device in devices] == [200] * 3
        cast.expire_agreement(cast.west)
        assert [device.get(path).status_code for device in devices] == [403] * 3
        assert [device.post(f"{path}number/").status_code for device in devices] == [403] * 3
        denied = casting.rows(
            "SELECT DISTINCT reason FROM audit_trace WHERE staff_id = %(id)s AND outcome = 'denied'", id=cast.wu.staff_id
        )
        assert denied == [("agreement",)]
