"""小美 reads all that is kept about her, puts one thing right, and one day deletes everything."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import cast
from tests.conftest import signed_in_as
from tests.owner import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
SCREENS = [(True, "zh-hans"), (False, "zh-hans"), (True, "en"), (False, "en")]


def looked_at(people: cast.Cast, someone: cast.Someone) -> None:
    """兰 opens her page, and 吴 of the other store tries to."""
    from hongxian.kernel.refusal import NotFound
    from hongxian.outreach import queries

    whose = {"city_id": someone.city_id, "member_id": someone.member_id}

    def look() -> None:
        with signed_in_as("desk"):
            queries.member_page(by=people.lan.actor(), now=now(), **whose)
            with pytest.raises(NotFound):
                queries.member_page(by=people.wu.actor(), now=now(), **whose)

    with ThreadPoolExecutor(1) as aside:  # the browser's thread runs an event loop, which Django minds
        aside.submit(look).result()


@pytest.mark.parametrize(("phone", "language"), SCREENS)
def test_the_copy_says_everything_in_words(
    call_on: Callable[..., Visitor], people: cast.Cast, *, phone: bool, language: str
) -> None:
    someone = people.member(held_by=people.lan)
    looked_at(people, someone)
    her = call_on(phone=phone, language=language)
    her.enter(someone.number)
    her.open("/me/")
    said = her.page.inner_text("main")
    assert someone.alias in said
    for more in her.page.locator("details.hx-portal-more summary").all():
        more.click()
    said = her.page.inner_text("main")
    assert "member.view" not in said
    assert {"zh-hans": "查看了您的资料", "en": "looked at your page"}[language] in said
    her.look(f"portal-me-{language}")
    with her.page.expect_download() as file:
        her.page.click("a[href='/me/copy.json']")
    copy = json.loads(Path(file.value.path()).read_text(encoding="utf-8"))
    assert someone.alias in json.dumps(copy, ensure_ascii=False)


@pytest.mark.parametrize(("phone", "language"), SCREENS)
def test_a_correction_takes_one_press(call_on: Callable[..., Visitor], people: cast.Cast, *, phone: bool, language: str) -> None:
    someone = people.member(held_by=people.lan)
    her = call_on(phone=phone, language=language)
    her.enter(someone.number)
    her.open("/me/correct/")
    her.look(f"portal-correct-{language}")
    her.page.locator("details", has=her.page.locator("#value-occupation")).locator("summary").click()
    her.page.fill("#value-occupation", "琴行老板")
    her.look(f"portal-correct-open-{language}")
    her.page.locator("form[action='/me/correct/occupation/'] button").click()
    her.page.wait_for_selector(".hx-banner-success")
    her.look(f"portal-corrected-{language}")
    assert cast.rows("SELECT occupation FROM members_member WHERE id = %(id)s", id=someone.member_id) == [("琴行老板",)]


@pytest.mark.parametrize(("phone", "language"), SCREENS)
def test_one_press_deletes_everything(call_on: Callable[..., Visitor], people: cast.Cast, *, phone: bool, language: str) -> None:
    someone = people.member(held_by=people.lan)
    her = call_on(phone=phone, language=language)
    her.enter(someone.number)
    her.open("/me/")
    her.page.click("a[href='/me/delete/']")
    her.look(f"portal-delete-{language}")
    her.page.click("main form button.btn-danger")
    her.page.wait_for_selector(".hx-banner-success")
    her.look(f"portal-deleted-{language}")
    for _ in range(100):
        [(state,)] = cast.rows("SELECT state FROM members_member WHERE id = %(id)s", id=someone.member_id)
        if state == "erased":
            break
        time.sleep(0.1)
    else:
        pytest.fail("the worker has not erased her")
    her.open("/me/")
    assert her.page.url.endswith("/enter/")
