"""/desk/account/: one's own sessions, which can be ended one by one or all at once, on every device."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from hongxian.org import sessions
from tests import cast as casting

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

PASSWORD = "correct horse 8"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0"
)


@pytest.fixture
def lan(cast: Cast) -> Person:
    give_password(cast.lan)
    return cast.lan


def give_password(person: Person) -> None:
    casting.run("UPDATE auth_user SET password = %(p)s WHERE id = %(id)s", p=make_password(PASSWORD), id=person.account_id)


def signed_in(person: Person, user_agent: str = DESKTOP) -> Client:
    browser = Client(headers={"accept-language": "zh-hans", "user-agent": user_agent})
    assert browser.post("/login/", {"username": person.employee_no, "password": PASSWORD}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/desk/account/").status_code == 200


def lines(person: Person) -> list[tuple[Any, ...]]:
    query = "SELECT id, device, how FROM org_session WHERE account_id = %(id)s AND ended_at IS NULL ORDER BY id"
    return casting.rows(query, id=person.account_id)


class TestList:
    def test_has_each_device_with_its_way_in(self, lan: Person) -> None:
        browser, _ = signed_in(lan), signed_in(lan, PHONE)
        page = browser.get("/desk/account/").content.decode()
        assert [line[1:] for line in lines(lan)] == [("Edge · Windows", "password"), ("Safari · iPhone", "password")]
        assert all(each in page for each in ("Edge · Windows", "Safari · iPhone", "本设备"))

    def test_has_nobody_elses(self, cast: Cast, lan: Person) -> None:
        give_password(cast.mei)
        signed_in(lan, PHONE)
        assert "iPhone" not in signed_in(cast.mei).get("/desk/account/").content.decode()

    def test_keeps_neither_address_nor_the_browsers_own_text(self, lan: Person) -> None:
        signed_in(lan)
        assert "Mozilla" not in str(casting.rows("SELECT s::text FROM org_session s"))
        columns = casting.rows("SELECT attname::text FROM pg_attribute WHERE attrelid = 'org_session'::regclass AND attnum > 0")
        assert not {"address", "ip", "user_agent"} & {name for (name,) in columns}

    @pytest.mark.parametrize(
        ("text", "word"), [(PHONE, "Safari · iPhone"), (DESKTOP, "Edge · Windows"), ("<b>", ""), ("curl/8", "")]
    )
    def test_calls_devices_by_short_words(self, text: str, word: str) -> None:
        assert sessions.device_of(text) == word

    def test_says_when_it_was_used_last_without_a_row_for_each_press(self, lan: Person) -> None:
        browser = signed_in(lan)
        [(first,)] = casting.rows("SELECT seen_at FROM org_session WHERE account_id = %(id)s", id=lan.account_id)
        browser.get("/desk/account/")
        assert casting.rows("SELECT seen_at FROM org_session WHERE account_id = %(id)s", id=lan.account_id) == [(first,)]
        earlier = first - timedelta(minutes=5)
        casting.run("UPDATE org_session SET seen_at = %(at)s WHERE account_id = %(id)s", at=earlier, id=lan.account_id)
        browser.get("/desk/account/")
        [(seen,)] = casting.rows("SELECT seen_at FROM org_session WHERE account_id = %(id)s", id=lan.account_id)
        assert seen >= first

    def test_doesnt_have_what_died_with_a_move(self, lan: Person) -> None:
        signed_in(lan, PHONE)
        casting.run("UPDATE org_staff SET session_epoch = session_epoch + 1 WHERE id = %(id)s", id=lan.staff_id)
        assert "iPhone" not in signed_in(lan).get("/desk/account/").content.decode()


class TestEnding:
    def test_one_ends_that_one(self, lan: Person) -> None:
        here, there = signed_in(lan), signed_in(lan, PHONE)
        session_id = lines(lan)[1][0]
        assert here.post(f"/desk/account/sessions/{session_id}/end/").status_code == 303
        assert (is_in(here), is_in(there)) == (True, False)
        assert there.get("/desk/list/", headers={"HX-Request": "true"}).status_code == 401

    def test_the_one_in_hand_signs_out(self, lan: Person) -> None:
        here = signed_in(lan)
        answer = here.post(f"/desk/account/sessions/{lines(lan)[0][0]}/end/")
        assert answer["Location"] == "/login/"
        assert not is_in(here)

    def test_all_others_leaves_this_one(self, lan: Person, sign_in: SignIn) -> None:
        here, others = signed_in(lan), [signed_in(lan, PHONE), signed_in(lan), sign_in(lan)]
        assert here.post("/desk/account/sessions/end/", {"which": "others"}).status_code == 303
        assert [is_in(each) for each in (here, *others)] == [True, False, False, False]
        assert len(lines(lan)) == 1
        assert is_in(signed_in(lan))

    def test_all_leaves_none(self, lan: Person, sign_in: SignIn) -> None:
        every = [signed_in(lan), signed_in(lan, PHONE), sign_in(lan)]
        assert every[0].post("/desk/account/sessions/end/", {"which": "all"})["Location"] == "/login/"
        assert [is_in(each) for each in every] == [False] * 3
        assert is_in(signed_in(lan))

    def test_ends_nobody_elses(self, cast: Cast, lan: Person) -> None:
        give_password(cast.mei)
        here, there = signed_in(lan), signed_in(cast.mei)
        session_id = lines(cast.mei)[0][0]
        assert here.post(f"/desk/account/sessions/{session_id}/end/").status_code == 404
        here.post("/desk/account/sessions/end/", {"which": "all"})
        assert is_in(there)

    def test_a_copied_cookie_is_dead_too(self, lan: Person) -> None:
        here, thief = signed_in(lan), Client()
        thief.cookies.load({name: morsel.value for name, morsel in here.cookies.items()})
        assert is_in(thief)
        here.post("/logout/")
        assert not is_in(thief)

    def test_comes_by_itself_after_twelve_hours_whatever_happens(self, lan: Person) -> None:
        here = signed_in(lan)
        casting.run("UPDATE org_session SET until = %(at)s WHERE account_id = %(id)s", at=casting.now(), id=lan.account_id)
        assert not is_in(here)

    def test_is_written_down(self, lan: Person) -> None:
        here = signed_in(lan)
        here.post("/desk/account/sessions/end/", {"which": "others"})
        query = "SELECT action FROM audit_change WHERE staff_id = %(id)s"
        assert casting.rows(query, id=lan.staff_id) == [("org.session_end",)]

    @pytest.mark.parametrize("what", ["passkeys/{}/remove", "identities/{}/unlink"])
    def test_takes_nobody_elses_way_in(self, cast: Cast, lan: Person, sign_in: SignIn, what: str) -> None:
        passkey = casting.insert(
            "mfa_authenticator", user_id=cast.mei.account_id, type="webauthn", data='{"name": "x"}', created_at=casting.now()
        )
        identity = casting.insert(
            "socialaccount_socialaccount",
            user_id=cast.mei.account_id,
            provider="dingtalk",
            uid=f"x{passkey}",
            extra_data="{}",
            last_login=casting.now(),
            date_joined=casting.now(),
        )
        number = passkey if "passkeys" in what else identity
        assert sign_in(lan).post(f"/desk/account/{what.format(number)}/").status_code == 404
        assert len(casting.rows("SELECT FROM mfa_authenticator WHERE id = %(id)s", id=passkey)) == 1
        assert len(casting.rows("SELECT FROM socialaccount_socialaccount WHERE id = %(id)s", id=identity)) == 1


class TestLockingOut:
    def test_ends_every_session_and_every_way_in_but_the_password(self, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        devices = [signed_in(lan), signed_in(lan, PHONE), sign_in(lan)]
        casting.insert(
            "mfa_authenticator", user_id=lan.account_id, type="webauthn", data='{"name": "x"}', created_at=casting.now()
        )
        member = cast.member(held_by=cast.lan)
        answer = sign_in(cast.zheng).post(f"/desk/staff/{lan.staff_id}/lock-out/", {"why": "手机丢了"})
        assert answer.status_code == 303
        assert [is_in(each) for each in devices] == [False] * 3
        assert casting.rows("SELECT FROM mfa_authenticator WHERE user_id = %(id)s", id=lan.account_id) == []
        assert signed_in(lan).get(f"/desk/member/{member.city_id}/{member.member_id}/").status_code == 200
        query = "SELECT action, thing, why FROM audit_change WHERE staff_id = %(id)s"
        assert casting.rows(query, id=cast.zheng.staff_id) == [("org.lock_out", f"staff {lan.staff_id}", "手机丢了")]

    def test_needs_a_reason(self, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        browser = signed_in(lan)
        assert sign_in(cast.zheng).post(f"/desk/staff/{lan.staff_id}/lock-out/", {"why": " "}).status_code == 422
        assert is_in(browser)

    def test_reaches_no_other_store(self, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        browser = signed_in(lan)
        assert sign_in(cast.xu).post(f"/desk/staff/{lan.staff_id}/lock-out/", {"why": "x"}).status_code == 404
        assert is_in(browser)
