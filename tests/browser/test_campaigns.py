"""A campaign as its people meet it: tried out and asked for by a manager, approved by another, watched, paused, stopped."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from hongxian.kernel.actor import Actor
from hongxian.outreach import planning
from tests.cast import CONTACT
from tests.outreach.messages import version_of
from tests.owner import now, rows, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en")], ids=["phone", "desk"])
NAME = "国庆活动"


def plan(people: Cast, campaign_id: int) -> None:
    """What the worker would do; on a thread of its own, for Django takes Playwright's for an asynchronous one."""

    def work() -> None:
        by = Actor.system("plan", city_id=people.city_id)
        planning.plan(by=by, city_id=people.city_id, campaign_id=campaign_id, clock=now)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()


def counts(visitor: Visitor) -> dict[str, str]:
    found = visitor.page.locator("[data-count]").all()
    return {str(each.get_attribute("data-count")): each.inner_text() for each in found}


@ON
def test_a_campaign(people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
    for number in range(10):
        people.member(held_by=people.lan if number < 7 else people.mei, consents=CONTACT if number < 7 else ())
    manager = visit(phone=phone, language=language)
    manager.sign_in(people.chen)
    manager.open("/desk/campaigns/")
    manager.look(f"campaigns-none-{language}")
    version_id = version_of(f"周末开放日 {people.code}", body="{alias}您好，本周六{store}有开放日，{city}的会员都可以来坐坐。")
    manager.page.click("a[href='/desk/campaigns/new/']")
    manager.page.select_option("#version", str(version_id))
    manager.look(f"campaign-new-{language}")
    manager.page.click("button[value=try]")
    manager.look(f"campaign-tried-{language}")
    assert counts(manager) == {"audience": "10", "reached": "7", "left-out": "3"}
    manager.page.fill("#name", NAME)
    manager.page.fill("#why", "店里的开放日")
    manager.page.click("main details > summary")
    manager.page.select_option("select[name=sex]", "male")
    manager.page.click("button[value=ask]")  # not what was tried
    manager.look(f"campaign-changed-{language}")
    assert counts(manager)["audience"] == "0"
    manager.page.select_option("select[name=sex]", "")
    manager.page.click("button[value=try]")
    manager.page.fill("#name", NAME)
    manager.page.fill("#why", "店里的开放日")
    manager.page.click("button[value=ask]")
    manager.page.wait_for_url("**/desk/campaigns/*/*/")
    manager.look(f"campaign-asked-{language}")
    campaign_id: int = rows("SELECT max(id) FROM outreach_campaign WHERE city_id = %(c)s", c=people.city_id)[0][0]
    decide(people, visit(phone=phone, language=language), campaign_id, language)


def decide(people: Cast, decider: Visitor, campaign_id: int, language: str) -> None:
    """郑 approves and watches."""
    decider.sign_in(people.zheng)
    decider.open("/desk/campaigns/")
    decider.look(f"campaigns-waiting-{language}")
    decider.page.click(f"a[href='/desk/campaigns/{people.city_id}/{campaign_id}/']")
    decider.page.click("a[href='?try']")
    decider.look(f"campaign-to-decide-{language}")
    assert counts(decider) == {"audience": "10", "reached": "7", "left-out": "3"}
    decider.page.click("form[action$='/approve/'] button")
    decider.page.click("#hx-confirm [data-confirm-ok]")
    decider.page.wait_for_url("**/desk/campaigns/*/*/")
    plan(people, campaign_id)
    decider.open(f"/desk/campaigns/{people.city_id}/{campaign_id}/")
    assert counts(decider) == {"walked": "10", "texts": "7", "left-out": "3"}
    half = "(SELECT member_id FROM outreach_message WHERE campaign_id = %(i)s AND city_id = %(c)s ORDER BY member_id LIMIT 4)"
    run(
        "UPDATE outreach_message SET state = 'delivered', permit_id = 1, handing_at = now(), handed_at = now(), ended_at = now()"
        f" WHERE campaign_id = %(i)s AND city_id = %(c)s AND member_id IN {half}",
        i=campaign_id,
        c=people.city_id,
    )
    decider.page.wait_for_selector("progress[value='4']")  # by itself, without a reload
    decider.look(f"campaign-sending-{language}")
    decider.page.click("form[action$='/pause/'] button")
    decider.page.wait_for_selector("form[action$='/resume/']")
    decider.look(f"campaign-paused-{language}")
    decider.page.click("form[action$='/resume/'] button")
    decider.page.wait_for_selector("form[action$='/pause/']")
    decider.page.click("form[action$='/stop/'] button")
    decider.page.click("#hx-confirm [data-confirm-ok]")
    decider.page.wait_for_selector("form[action$='/stop/']", state="detached")
    decider.look(f"campaign-stopped-{language}")


@ON
def test_a_wording_that_is_gone(people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
    people.member(held_by=people.lan)
    version_id = version_of(f"旧模板 {people.code}")
    manager = visit(phone=phone, language=language)
    manager.sign_in(people.chen)
    manager.open("/desk/campaigns/new/")
    manager.page.select_option("#version", str(version_id))
    run("UPDATE outreach_version SET state = 'retired' WHERE id = %(id)s", id=version_id)
    manager.page.click("button[value=try]")
    manager.page.wait_for_selector("[role=alert]")
    manager.look(f"campaign-refused-{language}")
