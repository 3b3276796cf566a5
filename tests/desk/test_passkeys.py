"""Coming in with a passkey: added only after the password, good for its holder alone, and for nobody who has left."""

from __future__ import annotations

import json
import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from tests import cast as casting
from tests.authenticator import Authenticator
from tests.desk.conftest import browser_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

PASSWORD = "correct horse 8"
BEGIN, ADD = "/desk/account/passkeys/begin/", "/desk/account/passkeys/add/"
NOBODYS = "MQ"  # the handle of an account with number 1, whoever that is


def stranger(address: str = "") -> Client:
    """From an address of their own, so that failed tries here shut no other test's door."""
    found = address or f"10.{secrets.randbelow(200)}.{secrets.randbelow(250)}.{secrets.randbelow(250)}"
    return Client(REMOTE_ADDR=found, SERVER_NAME="localhost")


@pytest.fixture
def sign_in(cast: Cast) -> SignIn:
    def signed_in(person: Person) -> Client:
        browser = browser_of(person)
        browser.defaults |= stranger().defaults
        return browser

    return signed_in


@pytest.fixture
def lan(cast: Cast) -> Person:
    give_password(cast.lan)
    return cast.lan


def give_password(person: Person) -> None:
    casting.run("UPDATE auth_user SET password = %(p)s WHERE id = %(id)s", p=make_password(PASSWORD), id=person.account_id)


def add(browser: Client, passkey: Authenticator, password: str = PASSWORD) -> Any:
    begun = browser.post(BEGIN, {"password": password})
    if begun.status_code != 200:
        return begun
    return browser.post(ADD, {"credential": json.dumps(passkey.create(begun.json())), "name": "我的手机"})


def added(browser: Client) -> Authenticator:
    passkey = Authenticator()
    assert add(browser, passkey).status_code == 303
    return passkey


def come_in(passkey: Authenticator, browser: Client | None = None) -> tuple[Client, Any]:
    browser = browser or stranger()
    options = browser.post("/login/passkey/begin/").json()
    return browser, browser.post("/login/passkey/", {"credential": json.dumps(passkey.get(options)), "next": "/desk/list/"})


def is_in(browser: Client) -> bool:
    return browser.get("/desk/account/").status_code == 200


def passkeys_of(person: Person) -> list[tuple[Any, ...]]:
    return casting.rows("SELECT id FROM mfa_authenticator WHERE user_id = %(id)s", id=person.account_id)


class TestPasskey:
    def test_opens_the_desk(self, lan: Person, sign_in: SignIn) -> None:
        passkey = added(sign_in(lan))
        browser, answer = come_in(passkey)
        assert answer["Location"] == "/desk/list/"
        assert is_in(browser)
        query = "SELECT how FROM org_session WHERE account_id = %(id)s"
        assert casting.rows(query, id=lan.account_id) == [("passkey",)]

    def test_names_nobody_before_it_is_used(self, cast: Cast) -> None:
        options = stranger().post("/login/passkey/begin/").json()["publicKey"]
        assert options.get("allowCredentials", []) == []
        assert options["userVerification"] == "required"

    def test_is_called_by_number_and_alias(self, lan: Person, sign_in: SignIn) -> None:
        options = sign_in(lan).post(BEGIN, {"password": PASSWORD}).json()["publicKey"]
        assert options["user"]["name"] == lan.employee_no
        assert options["authenticatorSelection"]["residentKey"] == "required"
        name = casting.rows("SELECT name FROM org_staff WHERE id = %(id)s", id=lan.staff_id)[0][0]
        assert name not in json.dumps(options, ensure_ascii=False)

    def test_opens_nothing_once_it_is_removed(self, lan: Person, sign_in: SignIn) -> None:
        browser = sign_in(lan)
        passkey = added(browser)
        [(passkey_id,)] = passkeys_of(lan)
        assert browser.post(f"/desk/account/passkeys/{passkey_id}/remove/").status_code == 303
        assert not is_in(come_in(passkey)[0])

    def test_opens_nothing_five_seconds_after_leaving(self, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        passkey = added(sign_in(lan))
        browser, _ = come_in(passkey)
        waiting = stranger()
        options = waiting.post("/login/passkey/begin/").json()
        began = time.monotonic()
        assert sign_in(cast.zheng).post(f"/desk/staff/{lan.staff_id}/leave/", {"why": "辞职"}).status_code == 303
        assert not is_in(browser)
        assert waiting.post("/login/passkey/", {"credential": json.dumps(passkey.get(options))}).status_code == 422
        assert come_in(passkey)[1].status_code == 422
        assert time.monotonic() - began < 5
        assert passkeys_of(lan) == []

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE auth_user SET is_active = false WHERE id = %(account)s",
            "UPDATE org_staff SET active = false WHERE id = %(staff)s",
            "UPDATE org_store SET active = false WHERE id = %(store)s",
            "UPDATE org_staff SET account_id = NULL WHERE id = %(staff)s",
        ],
    )
    def test_alone_is_not_enough(self, cast: Cast, lan: Person, sign_in: SignIn, statement: str) -> None:
        """The passkey is there still; whoever has it doesn't work here, or their store is closed."""
        passkey = added(sign_in(lan))
        casting.run(statement, account=lan.account_id, staff=lan.staff_id, store=cast.east)
        browser, answer = come_in(passkey)
        assert answer.status_code == 422
        assert not is_in(browser)

    def test_begins_under_the_number_of_the_moment(self, lan: Person, sign_in: SignIn) -> None:
        passkey = added(sign_in(lan))
        browser, _ = come_in(passkey)
        casting.run("UPDATE org_staff SET session_epoch = session_epoch + 1 WHERE id = %(id)s", id=lan.staff_id)
        assert not is_in(browser)
        assert is_in(come_in(passkey)[0])


class TestAdding:
    @pytest.mark.parametrize("password", ["", "wrong"])
    def test_takes_the_password(self, lan: Person, sign_in: SignIn, password: str) -> None:
        browser = sign_in(lan)
        assert add(browser, Authenticator(), password).status_code == 422
        assert browser.post(ADD, {"credential": "{}"}).status_code == 422
        assert passkeys_of(lan) == []

    def test_takes_it_for_this_challenge(self, lan: Person, sign_in: SignIn) -> None:
        """The sign-in page gives a challenge to anybody; it is none for adding."""
        browser, passkey = sign_in(lan), Authenticator()
        begun = browser.post(BEGIN, {"password": PASSWORD}).json()
        other = browser.post("/login/passkey/begin/").json()["publicKey"]["challenge"]
        forged = begun | {"publicKey": begun["publicKey"] | {"challenge": other}}
        assert browser.post(ADD, {"credential": json.dumps(passkey.create(forged))}).status_code == 422
        assert passkeys_of(lan) == []

    def test_without_it_no_challenge_of_the_sign_in_page_helps(self, lan: Person, sign_in: SignIn) -> None:
        browser, passkey = sign_in(lan), Authenticator()
        other = browser.post("/login/passkey/begin/").json()["publicKey"]["challenge"]
        forged = {"publicKey": {"challenge": other, "user": {"id": NOBODYS}}}
        assert browser.post(ADD, {"credential": json.dumps(passkey.create(forged))}).status_code == 422
        assert passkeys_of(lan) == []

    def test_is_good_once_and_not_for_long(self, lan: Person, sign_in: SignIn) -> None:
        browser, passkey = sign_in(lan), Authenticator()
        begun = browser.post(BEGIN, {"password": PASSWORD}).json()
        _later(browser, "passkey_adding", timedelta(minutes=11))
        answer = {"credential": json.dumps(passkey.create(begun))}
        assert browser.post(ADD, answer).status_code == 422
        begun = browser.post(BEGIN, {"password": PASSWORD}).json()
        answer = {"credential": json.dumps(passkey.create(begun))}
        assert [browser.post(ADD, answer).status_code for _ in range(2)] == [303, 422]
        assert len(passkeys_of(lan)) == 1

    def test_is_not_taken_over_by_who_signs_in_next(self, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        give_password(cast.mei)
        browser, passkey = sign_in(lan), Authenticator()
        begun = browser.post(BEGIN, {"password": PASSWORD}).json()
        browser.post("/login/", {"username": cast.mei.employee_no, "password": PASSWORD})
        assert browser.post(ADD, {"credential": json.dumps(passkey.create(begun))}).status_code == 422
        assert passkeys_of(lan) == passkeys_of(cast.mei) == []

    @pytest.mark.parametrize(
        "wrong",
        [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"verified": False}, {"origin": "http://127.0.0.1"}],
    )
    def test_takes_no_answer_given_elsewhere(self, lan: Person, sign_in: SignIn, wrong: dict[str, Any]) -> None:
        assert add(sign_in(lan), Authenticator(**wrong)).status_code == 422
        assert passkeys_of(lan) == []

    @pytest.mark.parametrize("answer", ["", "null", "[]", "{}", '"x"', '{"id": 1, "rawId": 2, "response": null}', "\x00"])
    def test_takes_nothing_that_is_no_answer(self, lan: Person, sign_in: SignIn, answer: str) -> None:
        browser = sign_in(lan)
        browser.post(BEGIN, {"password": PASSWORD})
        assert browser.post(ADD, {"credential": answer}).status_code == 422

    def test_guesses_at_the_password_shut_the_sign_in_page_too(self, lan: Person, sign_in: SignIn) -> None:
        browser = sign_in(lan)
        for _ in range(8):
            assert browser.post(BEGIN, {"password": "wrong"}).status_code == 422
        assert browser.post(BEGIN, {"password": PASSWORD}).status_code == 422
        assert stranger().post("/login/", {"username": lan.employee_no, "password": PASSWORD}).status_code == 422

    def test_ends_at_ten(self, lan: Person, sign_in: SignIn) -> None:
        browser = sign_in(lan)
        for _ in range(10):
            added(browser)
        assert add(browser, Authenticator()).status_code == 409


class TestComingIn:
    @pytest.mark.parametrize("wrong", [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"verified": False}])
    def test_takes_no_answer_given_elsewhere(self, lan: Person, sign_in: SignIn, wrong: dict[str, Any]) -> None:
        passkey = added(sign_in(lan))
        for name, value in wrong.items():
            setattr(passkey, name, value)
        browser, answer = come_in(passkey)
        assert (answer.status_code, is_in(browser)) == (422, False)

    def test_as_somebody_else_is_refused(self, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        give_password(cast.mei)
        mine, hers = added(sign_in(lan)), added(sign_in(cast.mei))
        mine.handle = hers.handle
        assert not is_in(come_in(mine)[0])

    def test_with_another_key_is_refused(self, lan: Person, sign_in: SignIn) -> None:
        passkey = added(sign_in(lan))
        passkey.key = Authenticator().key
        assert not is_in(come_in(passkey)[0])

    def test_with_an_answer_that_was_used_is_refused(self, lan: Person, sign_in: SignIn) -> None:
        passkey, browser = added(sign_in(lan)), stranger()
        options = browser.post("/login/passkey/begin/").json()
        answer = {"credential": json.dumps(passkey.get(options))}
        assert browser.post("/login/passkey/", answer).status_code == 302
        browser.post("/logout/")
        assert browser.post("/login/passkey/", answer).status_code == 422
        assert stranger().post("/login/passkey/", answer).status_code == 422

    def test_with_a_wrong_answer_ends_the_challenge(self, lan: Person, sign_in: SignIn) -> None:
        passkey, browser = added(sign_in(lan)), stranger()
        options = browser.post("/login/passkey/begin/").json()
        browser.post("/login/passkey/", {"credential": "{}"})
        assert browser.post("/login/passkey/", {"credential": json.dumps(passkey.get(options))}).status_code == 422

    def test_with_an_old_challenge_is_refused(self, lan: Person, sign_in: SignIn) -> None:
        passkey, browser = added(sign_in(lan)), stranger()
        options = browser.post("/login/passkey/begin/").json()
        _later(browser, "passkey_asked", timedelta(minutes=11))
        assert browser.post("/login/passkey/", {"credential": json.dumps(passkey.get(options))}).status_code == 422

    @pytest.mark.parametrize(
        "answer",
        [
            *("", "null", "[]", "{}", '"x"', "\x00", '{"response": null}', '{"response": {"userHandle": "////"}}'),
            '{"response": {"userHandle": "enp6enp6enp6enp6enp6enp6"}}',
            '{"response": {"userHandle": "MQ"}, "id": "x", "rawId": "x", "type": "public-key"}',
        ],
    )
    def test_with_no_answer_is_refused(self, cast: Cast, answer: str) -> None:
        browser = stranger()
        browser.post("/login/passkey/begin/")
        assert browser.post("/login/passkey/", {"credential": answer}).status_code == 422

    def test_is_counted_and_the_door_shuts(self, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        passkey = added(sign_in(lan))
        address = f"10.8.{secrets.randbelow(250)}.{secrets.randbelow(250)}"
        browser = stranger(address)
        browser.post("/login/passkey/begin/")
        browser.post("/login/passkey/", {"credential": "{}"})
        tries = "SELECT employee_no FROM org_signintry WHERE address = %(a)s"
        assert casting.rows(tries, a=address) == [("",)]
        options = browser.post("/login/passkey/begin/").json()
        for _ in range(60):
            casting.insert("org_signintry", at=casting.now(), employee_no="", address=address)
        assert browser.post("/login/passkey/begin/").status_code == 429
        assert browser.post("/login/passkey/", {"credential": json.dumps(passkey.get(options))}).status_code == 422
        assert not is_in(browser)
        assert is_in(come_in(passkey)[0]), "from elsewhere it opens"


def _later(browser: Client, key: str, by: timedelta) -> None:
    """As if it had been asked for earlier."""
    session = SessionStore(browser.cookies["hongxian_worker"].value)
    since = session[key]
    seconds = int(by.total_seconds())
    session[key] = since - seconds if isinstance(since, int) else [since[0], since[1] - seconds, since[2]]
    session.save()
