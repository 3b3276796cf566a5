"""A call told in a browser, from the press to the filed outcome; a worker, a dialer and the stand-in's line behind it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes
from tests import cast
from tests.browser.conftest import _screens, _served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
LINE = {"HONGXIAN_CALL_GATEWAY": "loopback"}
# What the stand-in does hangs on the number's last digit.
TALKS, BUSY, NINE = "5", "0", "9"


@pytest.fixture(scope="module")
def desk_with_line(company: None) -> Iterator[str]:
    with processes.running("worker", LINE), processes.running("dialer", LINE), _served("desk", "/health/ready", LINE) as address:
        yield address


@pytest.fixture
def visit(desk_with_line: str, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    with _screens(desk_with_line, browser) as start:
        yield start


def member_whose_number_ends_in(people: cast.Cast, digit: str) -> cast.Someone:
    return people.member(held_by=people.lan, number=f"+861{random.randint(30, 99)}{random.randint(0, 9_999_999):07d}{digit}")


def at_the_page_of(visitor: Visitor, people: cast.Cast, someone: cast.Someone) -> None:
    cast.run(
        "UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=f"8{people.lan.staff_id:04d}", id=people.lan.staff_id
    )
    visitor.sign_in(people.lan)
    visitor.open(f"/desk/member/{someone.city_id}/{someone.member_id}/")
    visitor.see_the_list()


@pytest.mark.parametrize(("phone", "language"), [(False, "zh-hans"), (True, "en")])
def test_a_talk_is_filed_with_its_seconds(
    visit: Callable[..., Visitor], people: cast.Cast, language: str, *, phone: bool
) -> None:
    english = language == "en"
    someone = member_whose_number_ends_in(people, TALKS)
    lan = visit(phone=phone, language=language)
    at_the_page_of(lan, people, someone)
    lan.look(f"call-before-{language}")
    lan.page.click("#call button[type=submit]")
    for said in (
        ("Calling your phone", "Calling the member", "Talking") if english else ("正在呼叫您的话机", "正在呼叫会员", "通话中")
    ):
        lan.page.locator(".hx-call-now", has_text=said).wait_for()
    lan.page.fill("#note", "喜欢徒步")
    lan.page.locator("[role=timer]", has_text="0:02").wait_for()
    lan.look(f"call-talking-{language}")
    lan.page.click("#call button[type=submit]")
    lan.page.wait_for_selector("#call-ended")
    lan.look(f"call-ended-{language}")
    assert lan.page.input_value("#note") == "喜欢徒步", "what somebody is writing stays"
    seconds = int(lan.page.input_value("#call-seconds input"))
    assert 2 <= seconds < 30
    assert someone.number[3:] not in lan.page.content()
    lan.page.click("#outcome-buttons button[value=interested]")
    lan.page.wait_for_url(lambda url: not url.endswith(f"/{someone.member_id}/"))
    assert filed(someone) == [("interested", seconds, True)]


def test_a_busy_line_suggests_itself_and_a_key_files_it(visit: Callable[..., Visitor], people: cast.Cast) -> None:
    someone = member_whose_number_ends_in(people, BUSY)
    lan = visit()
    at_the_page_of(lan, people, someone)
    lan.page.keyboard.press("s")
    lan.page.wait_for_selector("#call-ended[data-cause=busy]")
    assert lan.page.get_attribute(".hx-outcome-suggested", "value") == "busy"
    lan.look("call-busy")
    lan.open("/desk/")
    lan.page.wait_for_selector("#unfiled")
    lan.look("call-to-be-filed")
    lan.open(f"/desk/member/{someone.city_id}/{someone.member_id}/")
    lan.page.keyboard.press("2")
    lan.page.wait_for_url(lambda url: not url.endswith(f"/{someone.member_id}/"))
    assert filed(someone) == [("busy", 0, True)]


@pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en")])
def test_a_nine_is_a_refusal_at_once(visit: Callable[..., Visitor], people: cast.Cast, language: str, *, phone: bool) -> None:
    someone = member_whose_number_ends_in(people, NINE)
    lan = visit(phone=phone, language=language)
    at_the_page_of(lan, people, someone)
    lan.page.click("#call button[type=submit]")
    lan.page.wait_for_selector("#call-ended[data-cause=nine]")
    lan.look(f"call-nine-{language}")
    assert lan.page.locator("#outcome-buttons button:enabled").count() == 0
    for _ in range(40):
        if filed(someone):
            break
        lan.page.wait_for_timeout(50)
    assert [outcome for outcome, _, _ in filed(someone)] == ["refused"]
    lan.page.reload()
    assert lan.page.locator("#call").count() == 0, "out of the hand"


def filed(someone: cast.Someone) -> list[tuple[str, int, bool]]:
    return [
        (str(outcome), int(seconds), bool(permit))
        for outcome, seconds, permit in cast.rows(
            "SELECT outcome, seconds, permit_id IS NOT NULL FROM outreach_call WHERE member_id = %(m)s", m=someone.member_id
        )
    ]
