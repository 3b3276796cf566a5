"""兰's day, told in a browser: sign in, claim, see a number for a minute, file outcomes by keys, release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests import cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_claim_to_first_outcome_takes_three_key_presses(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    members = [people.member(pooled=True) for _ in range(6)]
    lan = visit()
    lan.sign_in(people.lan)
    lan.look("day-empty")
    lan.page.keyboard.press("c")
    lan.page.wait_for_url("**/desk/member/**")
    first = int(lan.page.url.rstrip("/").rsplit("/", 1)[1])
    assert first in {each.member_id for each in members}
    lan.page.keyboard.press("1")
    lan.page.wait_for_url(lambda url: not url.endswith(f"/{first}/"))
    assert _calls(people, first) == ["no_answer"]
    lan.page.wait_for_selector("#list li")
    lan.look("member")


def test_a_number_shows_for_a_minute_and_leaves_its_trace(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(held_by=people.lan)
    lan = visit()
    lan.sign_in(people.lan)
    lan.open(f"/desk/member/{people.city_id}/{someone.member_id}/")
    assert someone.alias in lan.page.inner_text("h1")
    assert someone.number[3:] not in re.sub(r"\D", "", lan.page.content())
    lan.page.keyboard.press("s")
    shown = lan.page.wait_for_selector(".hx-number-shown")
    assert shown is not None
    assert re.sub(r"\D", "", shown.inner_text()).startswith(someone.number[3:])
    lan.look("number-shown")
    lan.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert someone.number[3:] not in re.sub(r"\D", "", lan.page.inner_text("#number"))
    [(permits,)] = cast.rows(
        "SELECT count(*) FROM vault_permit WHERE city_id = %(c)s AND member_id = %(m)s AND used_at IS NOT NULL",
        c=people.city_id,
        m=someone.member_id,
    )
    assert permits == 1


def test_a_refusal_asks_again_and_is_final(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(held_by=people.lan)
    lan = visit()
    lan.sign_in(people.lan)
    lan.open(f"/desk/member/{people.city_id}/{someone.member_id}/")
    lan.page.keyboard.press("7")
    lan.page.wait_for_selector("dialog[open]")
    lan.look("confirm-refusal")
    assert _calls(people, someone.member_id) == []
    lan.page.keyboard.press("Enter")
    lan.page.wait_for_url("**/desk/")
    assert _calls(people, someone.member_id) == ["refused"]
    held = cast.rows(
        "SELECT 1 FROM pools_holding WHERE city_id = %(c)s AND member_id = %(m)s", c=people.city_id, m=someone.member_id
    )
    assert held == []


def test_a_call_back_and_a_note_are_kept(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    someone, other = people.member(held_by=people.lan), people.member(held_by=people.lan)
    lan = visit(language="en")
    lan.sign_in(people.lan)
    lan.open(f"/desk/member/{people.city_id}/{someone.member_id}/")
    lan.page.keyboard.press("5")
    lan.page.fill("#note-call_back", "下班后再打")
    lan.look("call-back-en")
    lan.page.click("#when-call_back button[type=submit]")
    lan.page.wait_for_url(f"**/{other.member_id}/")
    lan.open(f"/desk/member/{people.city_id}/{someone.member_id}/")
    assert "下班后再打" in lan.page.inner_text("main")
    lan.look("member-en")


def test_released_is_not_hers_any_more(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(held_by=people.lan)
    lan = visit()
    lan.sign_in(people.lan)
    path = f"/desk/member/{people.city_id}/{someone.member_id}/"
    lan.open(path)
    lan.page.keyboard.press("r")
    lan.page.click(".hx-release-form button[type=submit]")
    lan.page.wait_for_url("**/desk/")
    lan.open(path)
    assert someone.alias not in lan.page.content()
    lan.look("not-hers")


def test_picks_cards_from_a_filtered_pool(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    for _ in range(30):
        people.member(pooled=True)
    lan = visit()
    lan.sign_in(people.lan)
    lan.open("/desk/pools/")
    lan.look("pool")
    lan.page.keyboard.press("n")
    lan.page.wait_for_url("**after=**")
    assert lan.page.locator(".hx-card").count() == 6
    lan.page.select_option("select[name=sex]", "male")
    lan.page.click(".hx-filters button[type=submit]")
    lan.page.wait_for_selector(".hx-empty")
    lan.look("pool-empty")
    lan.open("/desk/pools/")
    lan.page.locator(".hx-card input").nth(0).check()
    lan.page.locator(".hx-card input").nth(1).check()
    lan.page.keyboard.press("c")
    lan.page.wait_for_url("**/desk/member/**")
    [(held,)] = cast.rows(
        "SELECT count(*) FROM pools_holding WHERE city_id = %(c)s AND staff_id = %(s)s", c=people.city_id, s=people.lan.staff_id
    )
    assert held == 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_fits_a_phone(visit: Callable[..., Visitor], people: cast.Cast, language: str) -> None:
    members = [people.member(held_by=people.lan) for _ in range(3)]
    people.member(pooled=True)
    lan = visit(phone=True, language=language)
    lan.open("/login/")
    lan.look(f"login-{language}")
    lan.sign_in(people.lan)
    lan.look(f"day-{language}")
    lan.open(f"/desk/member/{people.city_id}/{members[0].member_id}/")
    lan.look(f"member-{language}")
    lan.open("/desk/pools/")
    lan.look(f"pool-{language}")


def test_without_a_consent_the_page_says_so_and_shows_nothing(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = people.member(held_by=people.lan, consents=())
    lan = visit()
    lan.sign_in(people.lan)
    lan.look("day-silenced")
    lan.open(f"/desk/member/{people.city_id}/{someone.member_id}/")
    assert "不可联系" in lan.page.inner_text("[role=alert]")
    assert someone.alias not in lan.page.content()
    lan.look("member-silenced")


def test_nobody_works_before_the_training(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    people.forget_training(people.lan)
    lan = visit()
    lan.sign_in(people.lan)
    assert lan.page.url.endswith("/desk/training/")
    lan.open("/desk/pools/")
    assert lan.page.url.endswith("/desk/training/")
    lan.look("training")


def _calls(people: cast.Cast, member_id: int) -> list[str]:
    found = cast.rows(
        "SELECT outcome FROM outreach_call WHERE city_id = %(c)s AND member_id = %(m)s ORDER BY at", c=people.city_id, m=member_id
    )
    return [outcome for (outcome,) in found]
