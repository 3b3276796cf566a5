"""小美 shares some of her own words and a card with 兰, sees beforehand what 兰 will see, and takes it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests import cast
from tests.portal.feeds import bring, letter, look
from tests.visitors import portal_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Someone

pytestmark = pytest.mark.browser


def written(people: cast.Cast) -> Someone:
    someone = people.member(held_by=people.lan)
    looks = [look(f"p-{n}", minutes_ago=n + 1, district="静安区") for n in range(12)]
    sent = [letter("周末一起去爬山吗？", "p-1", minutes_ago=9), letter("我的电话13800138000，微信xiao_mei", "p-2", minutes_ago=5)]
    with ThreadPoolExecutor(1) as pool:  # Django takes this thread for an asynchronous one
        pool.submit(_bring, someone, looks, sent).result(60)
    return someone


def _bring(someone: Someone, looks: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
    with portal_process():
        bring((someone, looks, sent))


@pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en")])
def test_shares_her_own_words_and_takes_them_back(
    call_on: Callable[..., Visitor],
    visit: Callable[..., Visitor],
    people: cast.Cast,
    phone: bool,  # noqa: FBT001 - a screen
    language: str,
) -> None:
    someone = written(people)
    her = call_on(phone=phone, language=language)
    her.enter(someone.number)
    her.open("/letters/")
    her.look("letters")
    her.page.click("a[href='/letters/viewed/']")
    her.look("letters-viewed")
    her.open("/letters/sent/")
    her.page.locator("input[name='letter']").first.check()
    her.look("letters-sent")
    her.page.click("main form[action='/letters/push/'] button[type=submit]")
    assert "▇▇▇" in her.page.inner_text("main")
    her.look("letters-preview")
    her.page.click("main form[action='/letters/push/'] button[type=submit]")
    her.page.wait_for_url("**/letters/")
    her.page.click("a[href='/letters/card/']")
    assert her.page.locator("input[name='district']").first.is_checked()
    her.look("letters-card")
    her.page.fill("#words", "爱笑就好")
    her.page.click("main form button[type=submit]")
    her.look("letters-card-preview")
    her.page.click("main form button[type=submit]")
    her.page.wait_for_url("**/letters/")
    her.look("letters-shared")

    lan = visit(phone=phone, language=language)
    lan.sign_in(people.lan)
    lan.open(f"/desk/member/{someone.city_id}/{someone.member_id}/")
    shown = lan.page.inner_text("main")
    assert "爱笑就好" in shown
    assert "▇▇▇" in shown
    assert "13800138000" not in shown
    lan.look("member-shared")

    while her.page.locator("form[action$='/revoke/'] button").count():
        her.page.locator("form[action$='/revoke/'] button").first.click()
        her.page.wait_for_load_state()
    her.look("letters-taken-back")
    lan.page.reload()
    assert "爱笑就好" not in lan.page.inner_text("main")
