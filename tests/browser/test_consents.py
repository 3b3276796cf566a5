"""The person's switches on a phone; the privacy officer's catalogue, an assessment taken back and signed, receipts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.consent.conftest import assessed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor

__all__ = ["assessed"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_switch_is_as_easy_off_as_on(call_on: Callable[..., Visitor], people: cast.Cast, language: str) -> None:
    someone = people.member(held_by=people.lan)
    her = call_on(phone=language != "en", language=language)
    her.enter(someone.number)
    her.open("/consents/")
    her.look(f"portal-consents-{language}")
    calls = "form[action='/consents/outreach.call/'] button[role=switch]"
    assert her.page.get_attribute(calls, "aria-checked") == "true"
    her.page.click(calls)
    her.page.wait_for_url("**/consents/?done=outreach.call")
    assert her.page.get_attribute(calls, "aria-checked") == "false"
    her.look(f"portal-consents-off-{language}")
    _until_nobody_holds(someone)
    her.page.click(calls)
    her.page.wait_for_load_state("networkidle")
    assert her.page.get_attribute(calls, "aria-checked") == "true"
    her.page.click(".hx-portal-done button")
    her.page.wait_for_load_state("networkidle")
    assert her.page.get_attribute(calls, "aria-checked") == "false"


def test_a_changed_text_asks_once(call_on: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(consents=("outreach.sms",))
    cast.receipt(someone, "outreach.call", notice_hash="0" * 32)
    her = call_on(phone=True)
    her.enter(someone.number)
    her.open("/consents/")
    assert "需要您重新决定" in her.page.inner_text("main")
    her.look("portal-consents-asked")
    her.page.click("text=不同意，不要再问")
    her.page.wait_for_load_state("networkidle")
    assert "需要您重新决定" not in her.page.inner_text("main")


@pytest.mark.usefixtures("assessed")
@pytest.mark.parametrize(("phone", "language"), [(False, "zh-hans"), (True, "zh-hans"), (False, "en")])
def test_the_privacy_officer_takes_an_assessment_back_and_signs_another(
    visit: Callable[..., Visitor], people: cast.Cast, *, phone: bool, language: str
) -> None:
    officer = visit(phone=phone, language=language)
    officer.sign_in(people.privacy_officer)
    officer.open("/desk/catalogue/")
    officer.look(f"desk-catalogue-{language}")
    officer.page.click("a[href='/desk/catalogue/outreach.sms/']")
    officer.look(f"desk-purpose-{language}")
    officer.page.fill("#reason", "供应商换了，要重新评估")
    officer.page.click("form[action$='/end/'] button")
    officer.page.wait_for_selector(".hx-banner-danger")
    officer.look(f"desk-purpose-stopped-{language}")
    officer.page.click("a[href='/desk/catalogue/outreach.sms/assessment/']")
    officer.look(f"desk-assessment-{language}")
    officer.page.click("main form button[type=submit]")
    officer.page.wait_for_url("**/outreach.sms/")
    assert officer.page.locator("main .hx-banner-danger").count() == 0
    officer.open("/desk/catalogue/")
    assert officer.page.locator("main .hx-banner-danger").count() == 0


def test_receipts_of_one_member(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member()
    cast.withdrawal(someone, "outreach.sms")
    for phone in (False, True):
        auditor = visit(phone=phone)
        auditor.sign_in(people.auditor)
        auditor.open("/desk/receipts/")
        auditor.page.fill("#no", f"{people.code}{someone.member_id:09d}")
        auditor.page.press("#no", "Enter")
        auditor.page.wait_for_selector("table")
        auditor.look("desk-receipts")
        told = auditor.page.inner_text("main")
        assert "撤回" in told
        assert someone.number[3:] not in told
        assert someone.name not in told


def _until_nobody_holds(someone: cast.Someone) -> None:
    asked = "SELECT 1 FROM pools_holding WHERE city_id = %(c)s AND member_id = %(m)s"
    for _ in range(100):
        if not cast.rows(asked, c=someone.city_id, m=someone.member_id):
            return
        time.sleep(0.1)
    pytest.fail("the worker has not taken her out of hands")
