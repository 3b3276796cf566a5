"""Dealing, rota, reshuffle and tiers, as managers meet them at a desk and on a phone, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts.dealing_pages import review_of
from tests.owner import rows, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en")])


@ON
def test_a_store_manager_tries_deals_and_undoes(
    people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str
) -> None:
    for _ in range(3):
        people.member(pooled=True)
    manager = visit(phone=phone, language=language)
    manager.sign_in(people.zheng)
    manager.open("/desk/rota/")
    manager.page.locator("input[name=off]").first.check()
    manager.look(f"rota-{language}")
    manager.page.click("main form button[type=submit]")
    manager.page.wait_for_url("**/desk/rota/?from=*")
    assert manager.page.locator("input[name=off]").first.is_checked()
    manager.open("/desk/dealing/")
    manager.look(f"dealing-preview-{language}")
    manager.page.click("form[action='/desk/store/deal/'] button")
    manager.page.click("dialog[open] [data-confirm-ok]")
    manager.page.locator("#undo-why").fill("分错了")
    manager.look(f"dealing-done-{language}")
    manager.page.click("form[action='/desk/dealing/undo/'] button")
    manager.page.click("dialog[open] [data-confirm-ok]")
    manager.page.get_by_text("分错了").first.wait_for()
    manager.look(f"dealing-undone-{language}")


@ON
def test_tiers_are_decided_and_a_city_is_reshuffled(
    people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str
) -> None:
    for who in (people.lan, people.mei):
        review_of(people, who)
    run(
        "UPDATE tiers_review SET tier_before = staff.tier FROM org_staff AS staff WHERE staff.id = staff_id AND tiers_review.city_id = %(c)s",
        c=people.city_id,
    )
    manager = visit(phone=phone, language=language)
    manager.sign_in(people.zheng)
    manager.open("/desk/tiers/")
    manager.look(f"tiers-{language}")
    manager.page.locator("input[name=why]").first.fill("按建议")
    manager.page.locator("td form button[type=submit]").first.click()
    manager.page.get_by_text("按建议").first.wait_for()
    manager.look(f"tiers-decided-{language}")
    member = people.member(pooled=True)
    run(
        "UPDATE pools_entry SET pool_id = %(p)s WHERE city_id = %(c)s AND member_id = %(m)s",
        p=people.city_pool,
        c=people.city_id,
        m=member.member_id,
    )
    headquarters = visit(phone=phone, language=language)
    headquarters.sign_in(people.people["operations"])
    headquarters.open("/desk/reshuffle/")
    headquarters.page.select_option("#city", str(people.city_id))
    headquarters.page.fill("#why", "新的权重")
    headquarters.page.click("main form button[type=submit]")
    headquarters.page.click("dialog[open] [data-confirm-ok]")
    headquarters.page.get_by_text("新的权重").first.wait_for()
    headquarters.look(f"reshuffle-{language}")
    decided = rows("SELECT count(*) FROM tiers_review WHERE city_id = %(c)s AND decided_at IS NOT NULL", c=people.city_id)
    assert decided[0][0] >= 1
