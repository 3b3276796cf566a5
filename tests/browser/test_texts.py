"""Templates and texts in a real browser: asked for, approved, sent by one press, its state without reloading."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes
from tests import cast
from tests.browser import conftest as screens
from tests.desk.test_texts import approved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
GATEWAY = {"HONGXIAN_DEMO": "1", "HONGXIAN_SMS_GATEWAY": "loopback"}
SCREENS = [(False, "zh-hans"), (True, "zh-hans"), (False, "en"), (True, "en")]


@pytest.fixture(scope="module")
def desk(company: None) -> Iterator[str]:
    """A desk and a worker that send by the stand-in."""
    with processes.running("worker", GATEWAY), screens._served("desk", "/health/ready", GATEWAY) as address:
        yield address


@pytest.mark.parametrize(("phone", "language"), SCREENS)
def test_a_template_is_asked_for_and_approved_by_another(
    visit: Callable[..., Visitor],
    people: cast.Cast,
    phone: bool,  # noqa: FBT001 - pytest fills it in
    language: str,
) -> None:
    manager = visit(phone=phone, language=language)
    manager.sign_in(people.zheng)
    manager.open("/desk/templates/new/")
    manager.page.fill("#name", f"模板 {secrets.token_hex(6)}")
    manager.page.locator("#body").press_sequentially("{alias}您好，{nmae}", delay=5)
    manager.page.wait_for_selector("#preview .hx-banner-danger")
    manager.look(f"template-wrong-{language}")
    manager.page.fill("#body", "{alias}您好，我是{store}的红娘{consultant}，方便时想和您通个电话。")
    manager.page.locator("#body").press_sequentially(" ")
    manager.page.wait_for_selector("#preview .hx-bubble")
    manager.look(f"template-new-{language}")
    manager.page.click("#wording button[type=submit]")
    manager.page.wait_for_url(lambda url: "/new/" not in url)
    address = manager.page.url
    officer = visit(phone=phone, language=language)
    officer.sign_in(people.privacy_officer)
    officer.page.goto(address)
    officer.look(f"template-asked-{language}")
    officer.page.click("form[action$='/approve/'] button")
    officer.page.wait_for_selector(".bg-green-lt")
    assert officer.page.locator("form[action$='/approve/']").count() == 0, "approved once"
    officer.look(f"template-approved-{language}")
    officer.open("/desk/templates/")
    officer.look(f"templates-{language}")


@pytest.mark.parametrize(("phone", "language"), SCREENS)
def test_a_text_is_sent_by_one_press_and_its_state_moves_by_itself(
    visit: Callable[..., Visitor],
    people: cast.Cast,
    phone: bool,  # noqa: FBT001 - pytest fills it in
    language: str,
) -> None:
    version = approved(people, body="{alias}您好，{date}{time}我在{store}等您。{consultant}")
    someone = people.member(held_by=people.lan)
    lan = visit(phone=phone, language=language)
    lan.sign_in(people.lan)
    lan.open(f"/desk/member/{people.city_id}/{someone.member_id}/")
    lan.see_the_list()
    lan.page.fill("#note", "正在写的备注")
    lan.page.select_option("#text-version", str(version))
    lan.page.wait_for_selector("#text-preview .hx-banner-warning")
    lan.page.fill("#text-date", "6月12日")
    lan.page.fill("#text-time", "15:30")
    lan.page.press("#text-time", "Tab")
    lan.page.wait_for_selector("#text-preview .hx-bubble")
    assert someone.alias in lan.page.inner_text("#text-preview")
    lan.look(f"text-preview-{language}")
    lan.page.click("#text-preview button[type=submit]")
    lan.page.wait_for_selector("#text-list .bg-green-lt, #text-list .bg-blue-lt", timeout=20_000)
    assert lan.page.input_value("#note") == "正在写的备注", "what was being written is still there"
    lan.look(f"text-sent-{language}")
    assert someone.number[3:] not in lan.page.content()
    lan.open("/desk/texts/")
    lan.look(f"texts-{language}")


@pytest.mark.parametrize(("phone", "language"), [(False, "zh-hans"), (True, "en")])
def test_many_of_ones_own_get_a_text_by_one_press(
    visit: Callable[..., Visitor],
    people: cast.Cast,
    phone: bool,  # noqa: FBT001 - pytest fills it in
    language: str,
) -> None:
    version = approved(people)
    for _ in range(3):
        people.member(held_by=people.lan)
    people.member(held_by=people.lan, consents=("outreach.call",))
    lan = visit(phone=phone, language=language)
    lan.sign_in(people.lan)
    lan.open("/desk/texts/many/")
    lan.page.select_option("#version", str(version))
    lan.page.check("[data-pick-all=member]")
    lan.page.wait_for_selector("#many-preview button")
    lan.look(f"many-{language}")
    lan.page.click("#many-preview button")
    lan.page.wait_for_url("**/desk/texts/")
    assert len(lan.page.locator("tbody tr").all()) == 3
