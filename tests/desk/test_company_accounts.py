"""Coming in with the account of a company: OIDC, DingTalk, Feishu and WeCom, each against a server that answers as theirs does."""

from __future__ import annotations

import html
import http.client
import logging
import re
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from tests import cast as casting
from tests.companies import KEYS, NAME, NUMBER, SECRET, Companies, serving
from tests.desk.conftest import browser_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

PASSWORD = "correct horse 8"
UNLINKED, FAILED = "/login/?why=unknown", "/login/?why=failed"


@pytest.fixture
def companies(cast: Cast, settings: Any) -> Iterator[Companies]:
    with serving() as found:
        settings.SIGN_IN = found.settings()
        found.person = f"person-{secrets.token_hex(4)}"
        cache.clear()
        yield found


def stranger() -> Client:
    """From an address of their own, so that failed tries here shut no other test's door."""
    return Client(REMOTE_ADDR=f"10.{secrets.randbelow(200)}.{secrets.randbelow(250)}.{secrets.randbelow(250)}")


@pytest.fixture
def sign_in(cast: Cast) -> SignIn:
    def signed_in(person: Person) -> Client:
        browser = browser_of(person)
        browser.defaults["REMOTE_ADDR"] = stranger().defaults["REMOTE_ADDR"]
        return browser

    return signed_in


@pytest.fixture(params=KEYS)
def key(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lan(cast: Cast) -> Person:
    give_password(cast.lan)
    return cast.lan


def give_password(person: Person) -> None:
    casting.run("UPDATE auth_user SET password = %(p)s WHERE id = %(id)s", p=make_password(PASSWORD), id=person.account_id)


def at_company(answer: Any) -> str:
    """The person follows our page to the company's, and is sent back: the address of the way back."""
    assert answer.status_code == 200, answer.content.decode()
    found = re.search(r'url=(http[^"]+)"', answer.content.decode())
    assert found
    parts = urlsplit(html.unescape(found[1]))
    line = http.client.HTTPConnection(str(parts.hostname), parts.port)
    line.request("GET", f"{parts.path}?{parts.query}")
    back = line.getresponse().headers["Location"]
    line.close()
    there = urlsplit(back)
    return f"{there.path}?{there.query}"


def come_in(key: str, browser: Client | None = None) -> tuple[Client, Any]:
    browser = browser or stranger()
    return browser, browser.get(at_company(browser.post(f"/login/with/{key}/", {"next": "/desk/list/"})))


def link(browser: Client, key: str, password: str = PASSWORD) -> Any:
    return browser.get(at_company(browser.post(f"/desk/account/identities/{key}/link/", {"password": password})))


def is_in(browser: Client) -> bool:
    return browser.get("/desk/account/").status_code == 200


def linked(person: Person) -> list[tuple[Any, ...]]:
    query = "SELECT provider, uid, extra_data::text FROM socialaccount_socialaccount WHERE user_id = %(id)s"
    return casting.rows(query, id=person.account_id)


class TestLinked:
    def test_opens_the_desk(self, companies: Companies, key: str, lan: Person, sign_in: SignIn) -> None:
        assert link(sign_in(lan), key)["Location"] == "/desk/account/"
        browser, answer = come_in(key)
        assert answer["Location"] == "/desk/list/"
        assert is_in(browser)
        query = "SELECT how FROM org_session WHERE account_id = %(id)s AND ended_at IS NULL"
        assert casting.rows(query, id=lan.account_id) == [(key,)]

    def test_keeps_nothing_about_a_person(self, companies: Companies, key: str, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), key)
        come_in(key)
        [(provider, uid, data)] = linked(lan)
        assert (provider, data) == (key, "{}")
        assert re.fullmatch(r"[0-9a-f]{64}", uid)
        assert casting.rows("SELECT count(*) FROM socialaccount_socialtoken") == [(0,)]
        for table in ("auth_user", "socialaccount_socialaccount", "audit_change", "org_session", "org_signintry"):
            text = str(casting.rows(f"SELECT t::text FROM {table} t"))
            assert not any(each in text for each in (NAME, NUMBER, "xiaoya@", companies.person)), table

    def test_opens_nothing_once_it_is_taken_off(self, companies: Companies, key: str, lan: Person, sign_in: SignIn) -> None:
        browser = sign_in(lan)
        link(browser, key)
        [(identity_id,)] = casting.rows("SELECT id FROM socialaccount_socialaccount WHERE user_id = %(id)s", id=lan.account_id)
        assert browser.post(f"/desk/account/identities/{identity_id}/unlink/").status_code == 303
        assert come_in(key)[1]["Location"] == UNLINKED

    def test_is_one_persons(self, companies: Companies, key: str, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), key)
        give_password(cast.mei)
        assert link(sign_in(cast.mei), key)["Location"] == "/desk/account/?why=taken"
        assert linked(cast.mei) == []

    def test_opens_nothing_five_seconds_after_leaving(
        self, companies: Companies, key: str, cast: Cast, lan: Person, sign_in: SignIn
    ) -> None:
        link(sign_in(lan), key)
        browser, _ = come_in(key)
        waiting = stranger()
        back = at_company(waiting.post(f"/login/with/{key}/"))
        began = time.monotonic()
        assert sign_in(cast.zheng).post(f"/desk/staff/{lan.staff_id}/leave/", {"why": "辞职"}).status_code == 303
        assert not is_in(browser)
        assert waiting.get(back)["Location"] == UNLINKED
        assert come_in(key)[1]["Location"] == UNLINKED
        assert time.monotonic() - began < 5
        assert linked(lan) == []
        casting.run("UPDATE org_staff SET active = true, left_on = NULL WHERE id = %(id)s", id=lan.staff_id)
        casting.run("UPDATE auth_user SET is_active = true WHERE id = %(id)s", id=lan.account_id)
        assert come_in(key)[1]["Location"] == UNLINKED, "a return begins with a password"

    def test_is_asked_again_after_moving(self, companies: Companies, key: str, cast: Cast, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), key)
        browser, _ = come_in(key)
        casting.run("UPDATE org_staff SET session_epoch = session_epoch + 1 WHERE id = %(id)s", id=lan.staff_id)
        assert not is_in(browser)
        assert is_in(come_in(key)[0])

    def test_opens_no_store_that_is_closed(
        self, companies: Companies, key: str, cast: Cast, lan: Person, sign_in: SignIn
    ) -> None:
        link(sign_in(lan), key)
        casting.run("UPDATE org_store SET active = false WHERE id = %(id)s", id=cast.east)
        assert come_in(key)[1]["Location"] == UNLINKED


class TestUnlinked:
    def test_opens_nothing_and_makes_no_account(self, companies: Companies, key: str, cast: Cast) -> None:
        counts = "SELECT (SELECT count(*) FROM auth_user), (SELECT count(*) FROM socialaccount_socialaccount), (SELECT count(*) FROM account_emailaddress)"
        before = casting.rows(counts)
        browser, answer = come_in(key)
        assert answer["Location"] == UNLINKED
        assert "还没有绑定" in browser.get(UNLINKED).content.decode()
        assert not is_in(browser)
        assert casting.rows(counts) == before

    @pytest.mark.parametrize("password", ["", "wrong", "correct horse 9"])
    def test_is_linked_by_nobody_without_the_password(
        self, companies: Companies, key: str, lan: Person, sign_in: SignIn, password: str
    ) -> None:
        browser = sign_in(lan)
        answer = browser.post(f"/desk/account/identities/{key}/link/", {"password": password})
        assert (answer.status_code, companies.address in answer.content.decode()) == (422, False)
        assert linked(lan) == []

    def test_is_not_linked_by_coming_in(self, companies: Companies, key: str, lan: Person, sign_in: SignIn) -> None:
        """Somebody at an open screen signs in with a company account of their own: that opens nothing and links nothing."""
        browser = sign_in(lan)
        come_in(key, browser)
        assert linked(lan) == []

    def test_is_not_linked_in_another_session(
        self, companies: Companies, key: str, cast: Cast, lan: Person, sign_in: SignIn
    ) -> None:
        """The way back is sent to somebody else: their session asked for nothing."""
        back = at_company(sign_in(lan).post(f"/desk/account/identities/{key}/link/", {"password": PASSWORD}))
        for browser in (sign_in(cast.mei), stranger(), sign_in(lan)):
            assert "why=failed" in browser.get(back)["Location"]
        assert linked(lan) == linked(cast.mei) == []

    def test_is_not_linked_once_somebody_else_has_signed_in(
        self, companies: Companies, key: str, cast: Cast, lan: Person, sign_in: SignIn
    ) -> None:
        give_password(cast.mei)
        browser = sign_in(lan)
        back = at_company(browser.post(f"/desk/account/identities/{key}/link/", {"password": PASSWORD}))
        browser.post("/login/", {"username": cast.mei.employee_no, "password": PASSWORD})
        browser.get(back)
        assert linked(lan) == linked(cast.mei) == []


class TestAnswers:
    def test_are_good_once(self, companies: Companies, key: str, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), key)
        browser = stranger()
        back = at_company(browser.post(f"/login/with/{key}/"))
        assert browser.get(back)["Location"] == "/"
        assert browser.get(back)["Location"] == FAILED
        assert stranger().get(back)["Location"] == FAILED

    def test_with_a_code_that_the_company_doesnt_know_open_nothing(self, companies: Companies, key: str) -> None:
        browser = stranger()
        back = at_company(browser.post(f"/login/with/{key}/"))
        companies.codes.clear()
        assert browser.get(back)["Location"] == FAILED
        assert not is_in(browser)

    def test_of_somebody_who_said_no_say_so(self, companies: Companies, key: str) -> None:
        browser = stranger()
        state = re.search(r"state=(\w+)", at_company(browser.post(f"/login/with/{key}/")))
        assert state
        answer = browser.get(f"/login/with/{key}/callback/?error=access_denied&state={state[1]}")
        assert answer["Location"] == "/login/?why=cancelled"

    def test_lead_nowhere_else(self, companies: Companies, key: str, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), key)
        browser = stranger()
        answer = browser.get(at_company(browser.post(f"/login/with/{key}/", {"next": "//evil.example/"})))
        assert answer["Location"] == "/"

    def test_with_a_wrong_secret_tell_nobody_the_secret(
        self, companies: Companies, key: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        browser, companies.secret = stranger(), "another"
        answer = browser.get(at_company(browser.post(f"/login/with/{key}/")))
        assert answer["Location"] == FAILED
        assert SECRET not in caplog.text + browser.get(FAILED).content.decode()

    @pytest.mark.parametrize("key", ["dingtalk", "feishu"], indirect=True)
    def test_in_another_companys_name_open_nothing(self, companies: Companies, key: str, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), key)
        companies.tenant = "somebody elses"
        assert come_in(key)[1]["Location"] == FAILED

    def test_are_counted_and_the_door_shuts(self, companies: Companies, key: str, cast: Cast) -> None:
        address = f"10.9.{secrets.randbelow(250)}.{secrets.randbelow(250)}"
        browser = Client(REMOTE_ADDR=address)
        come_in(key, browser)
        assert casting.rows("SELECT employee_no FROM org_signintry WHERE address = %(a)s", a=address) == [("",)]
        for _ in range(60):
            casting.insert("org_signintry", at=casting.now(), employee_no="", address=address)
        shut = browser.post(f"/login/with/{key}/")
        assert shut.status_code == 422
        assert "15 分钟" in shut.content.decode()

    def test_dont_come_where_nobody_is(self, companies: Companies, key: str, settings: Any) -> None:
        """OIDC is asked before anybody goes there; the others' pages open in the person's browser."""
        gone = {
            name: company | {"pages": "http://127.0.0.1:9", "api": "http://127.0.0.1:9"}
            for name, company in settings.SIGN_IN.items()
        }
        browser = stranger()
        back = None if key == "oidc" else at_company(browser.post(f"/login/with/{key}/"))
        settings.SIGN_IN = gone
        if back is None:
            answer = browser.post(f"/login/with/{key}/")
            assert answer.status_code == 503
            assert "连不上" in answer.content.decode()
        else:
            assert browser.get(back)["Location"] == FAILED


class TestOidc:
    @pytest.mark.parametrize(
        "screw",
        [
            {"claims": {"iss": "https://other.example"}},
            {"claims": {"aud": "another-client"}},
            {"claims": {"exp": 1}},
            {"claims": {"nonce": "another"}},
            {"claims": {"nonce": None}},
            {"claims": {"sub": None}},
            {"claims": {"sub": 12}},
            {"header": {"kid": "unknown"}},
            {"signs_with": "x" * 64, "algorithm": "HS256"},
            {"signs_with": "", "algorithm": "none"},
        ],
    )
    def test_takes_no_token_that_is_not_meant_for_us(
        self, companies: Companies, lan: Person, sign_in: SignIn, screw: dict[str, Any]
    ) -> None:
        link(sign_in(lan), "oidc")
        for name, value in screw.items():
            setattr(companies, name, value)
        browser, answer = come_in("oidc")
        assert answer["Location"] == FAILED
        assert not is_in(browser)

    def test_takes_no_token_that_another_key_has_signed(self, companies: Companies, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), "oidc")
        companies.signs_with = rsa.generate_private_key(65537, 2048)
        assert come_in("oidc")[1]["Location"] == FAILED

    def test_asks_only_the_issuer_and_only_safely(self, companies: Companies, settings: Any) -> None:
        for wrong in (
            {"issuer": "https://other.example"},
            {"authorization_endpoint": "http://other.example/a"},
            {"jwks_uri": None},
        ):
            companies.configuration = wrong
            assert stranger().post("/login/with/oidc/").status_code == 503, wrong

    def test_asks_for_no_more_than_who_it_is(self, companies: Companies) -> None:
        text = html.unescape(stranger().post("/login/with/oidc/").content.decode())
        assert "scope=openid&" in text
        assert "code_challenge_method=S256" in text


class TestWeCom:
    def test_asks_for_its_own_token_once(self, companies: Companies, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), "wecom")
        come_in("wecom")
        assert companies.asked.count("/wecom/cgi-bin/gettoken") == 1

    def test_asks_anew_when_the_token_was_ended_early(self, companies: Companies, lan: Person, sign_in: SignIn) -> None:
        link(sign_in(lan), "wecom")
        companies.tokens.clear()
        assert is_in(come_in("wecom")[0])
        assert companies.asked.count("/wecom/cgi-bin/gettoken") == 2

    def test_lets_no_outside_contact_in(self, companies: Companies, lan: Person, sign_in: SignIn) -> None:
        companies.outside = True
        assert come_in("wecom")[1]["Location"] == FAILED


class TestSignInPage:
    def test_offers_what_is_configured(self, companies: Companies) -> None:
        page = Client(headers={"accept-language": "zh-hans"}).get("/login/").content.decode()
        assert all(f"用{name}登录" in page for name in ("钉钉", "飞书", "企业微信", "公司账号"))

    def test_offers_nothing_else(self, settings: Any, cast: Cast) -> None:
        settings.SIGN_IN = {}
        assert "/login/with/" not in stranger().get("/login/").content.decode()
        assert stranger().post("/login/with/dingtalk/").status_code == 404

    @pytest.mark.parametrize(
        "path", ["/accounts/login/", "/accounts/signup/", "/accounts/", "/signup/", "/accounts/social/signup/", "/accounts/2fa/"]
    )
    def test_has_none_of_the_librarys_own_pages(self, company: None, path: str) -> None:
        assert stranger().get(path).status_code == 404

    def test_has_no_word_of_its_own_from_the_address(self, company: None) -> None:
        assert "<b>x" not in stranger().get("/login/?why=<b>x").content.decode()
