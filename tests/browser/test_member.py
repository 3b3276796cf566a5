"""小美 in front of her own data: in by a code, where from, stop, and back, on a phone and at a desk, in both languages."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from tests import cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_a_code_leads_in_and_the_first_screen_answers_where_from(call_on: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(held_by=people.lan)
    her = call_on(phone=True)
    her.open("/")
    her.look("portal-welcome")
    her.open("/enter/")
    her.look("portal-number")
    her.enter(someone.number)
    her.look("portal-home")
    her.page.click("text=你们怎么有我的号码")
    her.page.wait_for_url("**/source/")
    assert people.code.upper() in her.page.inner_text("main").upper()
    her.look("portal-source")


def test_one_press_stops_all_contact_and_only_she_can_undo_it(call_on: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(held_by=people.lan)
    her = call_on(phone=True, language="en")
    her.enter(someone.number)
    her.page.click("text=Stop all contact")
    her.page.wait_for_url("**/stop/")
    assert "All contact has stopped" in her.page.inner_text("main")
    her.look("portal-stopped")
    [(noes,)] = cast.rows("SELECT count(*) FROM consent_suppression WHERE number_hash = %(h)s", h=someone.hashes[0])
    assert noes == 1
    _until_nobody_holds(someone)
    her.page.click("text=I want to be contacted again")
    her.page.check("input[value='outreach.call']")
    her.look("portal-lifting")
    her.page.click("button:has-text('Allow contact again')")
    her.page.wait_for_selector("text=you undid it")
    her.look("portal-lifted")


def test_the_link_in_a_text_stops_without_signing_in(call_on: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(held_by=people.lan)
    her = call_on(phone=True)
    her.open("/enter/")
    her.page.fill("#number", someone.number[3:])
    her.page.click("main button[type=submit]")
    her.code_for(someone.number)
    her.open("/demo/outbox/")
    words = her.page.locator(".hx-portal-list > li").first.inner_text()
    link = re.search(r"/s/[\w-]+/", words)
    assert link is not None
    stranger = call_on(phone=True)
    stranger.open(link[0])
    stranger.look("portal-link")
    stranger.page.click("main button[type=submit]")
    stranger.page.wait_for_selector("text=已经停止")
    stranger.look("portal-link-done")
    _until_nobody_holds(someone)


def test_a_number_that_nobody_knows_gets_the_same_and_an_empty_home(call_on: Callable[..., Visitor], people: cast.Cast) -> None:
    nobody = call_on(language="en")
    number = people.member().number
    cast.run("DELETE FROM members_number WHERE number_hash = %(h)s", h=cast.private_keys().hash_number(number)[0])
    nobody.enter(number)
    assert "We hold nothing about this number" in nobody.page.inner_text("main")
    nobody.look("portal-unknown")
    nobody.open("/source/")
    nobody.look("portal-unknown-source")


def _until_nobody_holds(someone: cast.Someone) -> None:

    asked = "SELECT 1 FROM pools_holding WHERE city_id = %(c)s AND member_id = %(m)s"
    for _ in range(100):
        if not cast.rows(asked, c=someone.city_id, m=someone.member_id):
            return
        time.sleep(0.1)
    pytest.fail("the worker has not taken her out of hands")
