"""Coming in without a password, in a real browser with a passkey of its own, and through the pages of companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests import companies as local
from tests.browser.conftest import PASSWORD, Visitor, _screens, _served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.cast import Cast

pytestmark = pytest.mark.browser

# A telephone with a fingerprint reader, as the browser's own tests have it.
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NAMES = {"oidc": "公司账号", "dingtalk": "钉钉", "feishu": "飞书", "wecom": "企业微信"}


@pytest.fixture(scope="module")
def companies() -> Iterator[local.Companies]:
    with local.serving() as found:
        yield found


@pytest.fixture(scope="module")
def linked_desk(company: None, companies: local.Companies) -> Iterator[str]:
    """A desk that knows all four companies, at a name: passkeys belong to names."""
    more = {"HONGXIAN_SIGN_IN_STAND_IN": companies.address, "HONGXIAN_OIDC_ISSUER": f"{companies.address}/oidc"}
    for key in local.KEYS:
        word = f"HONGXIAN_{key.upper()}"
        more |= {f"{word}_CLIENT": local.CLIENT, f"{word}_SECRET": local.SECRET, f"{word}_AGENT": local.AGENT}
    with _served("desk", "/health/ready", more) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def come(linked_desk: str, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    with _screens(linked_desk, browser) as start:
        yield start


def device(visitor: Visitor) -> Any:
    """Plugs a passkey into the browser."""
    line = visitor.page.context.new_cdp_session(visitor.page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    return line


def sign_out(visitor: Visitor) -> None:
    visitor.page.click(".hx-account summary")
    visitor.page.click("form[action='/logout/'] button")
    visitor.page.wait_for_url("**/login/**")


def press(visitor: Visitor, selector: str) -> None:
    """Presses, and says yes where that is asked."""
    visitor.page.click(selector)
    ok = visitor.page.locator("dialog[open] button.btn-primary, dialog[open] [value=ok]")
    if ok.count():
        ok.first.click()


class TestPasskey:
    def test_is_added_used_and_removed(self, come: Callable[..., Visitor], people: Cast) -> None:
        lan = come()
        device(lan)
        lan.sign_in(people.lan)
        lan.open("/desk/account/")
        lan.look("account-empty")
        lan.page.fill("#passkey-name", "我的手机")
        lan.page.fill("#passkey-password", "不对的密码 1")
        lan.page.click("form[data-passkey=create] button")
        lan.page.wait_for_selector("[data-passkey-error]:not([hidden])")
        assert "密码不对" in lan.page.inner_text("[data-passkey-error]")
        lan.look("account-wrong-password")
        lan.page.fill("#passkey-password", PASSWORD)
        lan.page.click("form[data-passkey=create] button")
        lan.page.wait_for_selector("text=通行密钥已添加")
        lan.look("account-passkey")
        sign_out(lan)
        lan.look("login-passkey")
        lan.page.click("form[data-passkey=get] button")
        lan.page.wait_for_url(lambda url: "/login/" not in url)
        lan.open("/desk/account/")
        assert lan.page.locator("td", has_text="通行密钥").count() == 1
        press(lan, "form[action$='/remove/'] button")
        lan.page.wait_for_selector("text=还没有通行密钥")
        sign_out(lan)
        lan.page.click("form[data-passkey=get] button")
        lan.page.wait_for_selector("[role=alert]:not([hidden])")
        assert "没有通过" in lan.page.inner_text(".hx-sign-in")
        assert "/login/" in lan.page.url

    def test_is_not_offered_at_an_address(self, visit: Callable[..., Visitor], people: Cast) -> None:
        """A passkey can't belong to 127.0.0.1; the page says so instead of failing."""
        lan = visit(phone=True)
        lan.open("/login/")
        assert lan.page.locator("form[data-passkey]").is_hidden()
        lan.look("login-address")
        lan.sign_in(people.lan)
        lan.open("/desk/account/")
        assert lan.page.locator("[data-passkey-without]").is_visible()
        lan.look("account-address")


class TestCompany:
    @pytest.mark.parametrize("key", local.KEYS)
    def test_is_linked_and_opens_the_desk(
        self, come: Callable[..., Visitor], people: Cast, companies: local.Companies, key: str
    ) -> None:
        companies.person = f"{key}-{people.lan.employee_no}"
        lan = come()
        lan.open("/login/")
        lan.page.click(f"form[action='/login/with/{key}/'] button")
        lan.page.wait_for_url("**/login/?why=unknown")
        if key == "oidc":
            lan.look("login-unknown")
        lan.sign_in(people.lan)
        lan.open("/desk/account/")
        lan.page.fill("#link-password", PASSWORD)
        lan.page.click(f"button[formaction='/desk/account/identities/{key}/link/']")
        lan.page.wait_for_url("**/desk/account/")
        assert NAMES[key] in lan.page.inner_text(".hx-way")
        sign_out(lan)
        lan.page.click(f"form[action='/login/with/{key}/'] button")
        lan.page.wait_for_url(lambda url: url.endswith("/desk/"))
        if key == "wecom":
            lan.open("/desk/account/")
            lan.look("account-linked")
        assert lan.errors == []


class TestSessions:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_are_seen_and_ended(self, come: Callable[..., Visitor], people: Cast, language: str) -> None:
        here, there = come(language=language), come(phone=True, language=language)
        here.sign_in(people.lan)
        there.sign_in(people.lan)
        there.open("/desk/account/")
        there.look(f"account-{language}")
        here.open("/desk/account/")
        here.look(f"account-{language}")
        assert here.page.locator("tbody tr").count() == 2
        press(here, "button[value=others]")
        here.page.wait_for_selector("#hx-toasts .hx-toast")
        assert here.page.locator("tbody tr").count() == 1
        there.open("/desk/account/")
        assert "/login/" in there.page.url
