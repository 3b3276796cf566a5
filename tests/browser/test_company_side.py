"""Leaving, suspicions and files, as the staff meet them at a desk and on a phone; and a member's report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cast import Cast
from tests.owner import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en")], ids=["phone", "desk"])


@ON
class TestPages:
    def test_somebody_leaves(self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
        people.member(held_by=people.lan)
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.zheng)
        manager.open("/desk/staff/")
        manager.look(f"staff-{language}")
        manager.open(f"/desk/staff/{people.lan.staff_id}/")
        manager.look(f"staff-one-{language}")
        manager.page.fill("#why-leave", "辞职")
        manager.page.click("form[action$='/leave/'] button")
        manager.page.click("#hx-confirm [data-confirm-ok]")
        manager.page.wait_for_url("**/desk/staff/")
        manager.look(f"staff-left-{language}")
        assert rows("SELECT active FROM org_staff WHERE id = %(id)s", id=people.lan.staff_id) == [(False,)]
        assert rows("SELECT 1 FROM pools_holding WHERE staff_id = %(id)s", id=people.lan.staff_id) == []

    def test_a_suspicion(self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
        member = people.member(held_by=people.lan)
        consultant = visit(phone=phone, language=language)
        consultant.sign_in(people.lan)
        consultant.open(f"/desk/member/{member.city_id}/{member.member_id}/")
        consultant.page.click("details:has(#report-kind) > summary")
        consultant.page.fill("#report-text", "他让我转账")
        consultant.look(f"report-{language}")
        consultant.page.click("form[action$='/report/'] button")
        consultant.page.wait_for_load_state("networkidle")
        desk = visit(phone=phone, language=language)
        desk.sign_in(people.fraud_desk)
        desk.open("/desk/cases/")
        desk.look(f"cases-{language}")
        case_id = rows("SELECT id FROM safety_case WHERE member_id = %(id)s", id=member.member_id)[0][0]
        desk.open(f"/desk/cases/{member.city_id}/{case_id}/")
        desk.look(f"case-waiting-{language}")
        desk.page.click("form[action$='/take/'] button")
        desk.page.wait_for_load_state("networkidle")
        assert "他让我转账" in desk.page.inner_text("main")
        desk.look(f"case-{language}")

    def test_a_file(self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
        people.member(pooled=True)
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.zheng)
        manager.open("/desk/exports/")
        manager.page.fill("#why", "周末活动分组")
        manager.page.click("form[action='/desk/exports/'] button")
        manager.page.wait_for_load_state("networkidle")
        office = visit(phone=phone, language=language)
        office.sign_in(people.privacy_officer)
        office.open("/desk/exports/waiting/")
        office.look(f"exports-waiting-{language}")
        export_id = rows("SELECT max(id) FROM outreach_export WHERE city_id = %(c)s", c=people.city_id)[0][0]
        office.page.click(f"form[action='/desk/exports/{people.city_id}/{export_id}/approve/'] button")
        office.page.click("#hx-confirm [data-confirm-ok]")
        office.page.wait_for_load_state("networkidle")
        manager.open("/desk/exports/")
        manager.look(f"exports-{language}")
        with manager.page.expect_download() as download:
            manager.page.click("form[action$='/fetch/'] button")
            manager.page.click("#hx-confirm [data-confirm-ok]")
        assert download.value.suggested_filename == f"export-{people.city_id}-{export_id}.xlsx"


@ON
def test_a_members_report(people: Cast, call_on: Callable[..., Visitor], *, phone: bool, language: str) -> None:
    member = people.member(number=f"+86138001{people.city_id % 90000 + 10000:05d}")
    visitor = call_on(phone=phone, language=language)
    visitor.enter(member.number)
    visitor.open("/report/")
    visitor.look(f"portal-report-{language}")
    visitor.page.fill("#text", "有人在相亲时让我投资")
    visitor.page.click("form[action='/report/'] button[type=submit]")
    visitor.page.wait_for_load_state("networkidle")
    visitor.look(f"portal-report-done-{language}")
    told = rows("SELECT count(*) FROM safety_report WHERE city_id = %(city)s", city=people.city_id)
    assert told == [(1,)]
