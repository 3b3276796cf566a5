"""Who looked, in a browser: the member's lines within seconds of the look; the auditor's traces, log and bundles."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.clock import day_of
from tests.owner import insert, now, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast, Person, Someone

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def someone(people: Cast) -> Someone:
    """Looked at by her consultant, and tried by another."""
    found = people.member(held_by=people.lan)
    fields = ["alias", "district", "best_time"]
    _trace(found, people.lan, "member.view", "outreach.call", fields=fields, ground="claim")
    _trace(found, people.lan, "member.card", "pool.card", fields=["sex", "birth_year"], ground="claim")
    _trace(found, people.wu, "member.view", "outreach.call", fields=fields, outcome="denied", reason="no_ground")
    return found


def _trace(someone: Someone, by: Person, action: str, purpose: str, **more: Any) -> None:
    """Written past Django, which Playwright keeps away from this thread."""
    store = rows("SELECT store_id FROM org_staff WHERE id = %(id)s", id=by.staff_id)[0][0]
    about = {"city_id": someone.city_id, "at": now(), "staff_id": by.staff_id, "role": "consultant", "store_id": store}
    about |= {"process": "desk", "action": action, "purpose": purpose, "member_ids": [someone.member_id], "outcome": "allowed"}
    insert("audit_trace", **about | more)


@pytest.mark.parametrize(("phone", "language"), [("phone", "zh-hans"), ("", "en")])
def test_a_member_sees_who_looked_within_seconds(
    call_on: Callable[..., Visitor], people: Cast, someone: Someone, phone: str, language: str
) -> None:
    visitor = call_on(phone=bool(phone), language=language)
    visitor.enter(someone.number)
    visitor.open("/looks/")
    for _ in range(50):
        if visitor.page.locator(".hx-portal-look").count() == 3:
            break
        time.sleep(0.1)
        visitor.page.reload()
    assert visitor.page.locator(".hx-portal-look").count() == 3
    assert visitor.page.locator(".hx-portal-look-denied").count() == 1
    visitor.look(f"looks-{language}")
    visitor.page.click("details > summary")
    visitor.look(f"looks-proof-{language}")
    with visitor.page.expect_download() as download:
        visitor.page.click("details a[href='/looks/proof.json']")
    assert download.value.suggested_filename == "hongxian-looks.json"
    visitor.open("/looks/?who=self")
    visitor.look(f"looks-self-{language}")


@pytest.mark.parametrize(("phone", "language"), [("phone", "en"), ("", "zh-hans")])
def test_an_auditor_reads_traces_and_the_log(
    visit: Callable[..., Visitor], call_on: Callable[..., Visitor], people: Cast, someone: Someone, phone: str, language: str
) -> None:
    auditor = visit(phone=bool(phone), language=language)
    auditor.sign_in(people.auditor)
    auditor.open(f"/desk/traces/?city={people.code}")
    auditor.look(f"traces-{language}")
    auditor.open("/desk/traces/?member=nonsense")
    auditor.look(f"traces-wrong-{language}")
    auditor.open("/desk/log/")
    auditor.look(f"log-{language}")
    auditor.open("/desk/log/inspection/")
    auditor.look(f"inspection-{language}")
    day = f"{day_of(now()):%Y-%m-%d}"
    auditor.page.fill("#since", day)
    auditor.page.fill("#until", day)
    auditor.page.click("main form button[type=submit]")
    for _ in range(100):
        if auditor.page.locator(".hx-timeline a").count():
            break
        time.sleep(0.2)
        auditor.page.reload()
    assert auditor.page.locator(".hx-timeline a").count()
    auditor.look(f"inspection-made-{language}")
