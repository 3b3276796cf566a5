"""小美 asks and complains; the privacy officer, the store and operations do their part: on a phone, at a desk, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_a_request_goes_to_the_office_and_its_answer_comes_back(
    call_on: Callable[..., Visitor], visit: Callable[..., Visitor], people: cast.Cast
) -> None:
    someone = people.member()
    her, officer = call_on(phone=True), visit()
    her.enter(someone.number)
    her.open("/requests/")
    her.look("requests-empty")
    her.page.click("text=提出申请")
    her.page.check("input[value='correct']")
    her.page.fill("#text", "我的身高写错了，应该是一米六八。")
    her.look("requests-new")
    her.page.click("button:has-text('提出申请')")
    her.page.wait_for_selector("text=还有 15 个工作日")
    her.look("requests-waiting")
    officer.sign_in(people.privacy_officer)
    officer.page.wait_for_url("**/desk/requests/")
    officer.look("desk-requests")
    officer.page.locator(f"a[href^='/desk/requests/{people.city_id}/']").first.click()
    officer.page.wait_for_selector("text=应该是一米六八")
    officer.look("desk-request")
    officer.page.click("button:has-text('开始办理')")
    officer.page.wait_for_selector("text=办理中")
    officer.page.fill("#text", "已经更正，请在“我的资料”里核对。")
    officer.page.click("button:has-text('答复并办结')")
    officer.page.click("dialog[open] [data-confirm-ok]")
    officer.page.wait_for_selector("text=已办结")
    officer.look("desk-request-done")
    her.page.reload()
    her.page.click("a:has-text('更正资料')")
    her.page.wait_for_selector("text=请在“我的资料”里核对")
    her.look("requests-answered")
    done = cast.rows("SELECT kind, state FROM rights_request WHERE member_id = %(m)s", m=someone.member_id)
    assert done == [("correct", "done")]


def test_a_complaint_is_commented_by_the_store_and_closed_by_the_officer_only(
    call_on: Callable[..., Visitor], visit: Callable[..., Visitor], people: cast.Cast
) -> None:
    someone = people.member()
    her, manager, officer = call_on(phone=True), visit(phone=True), visit(language="en")
    her.enter(someone.number)
    her.open("/requests/complain/")
    her.look("complain")
    her.page.check("input[value='staff']")
    her.page.select_option("#store", str(people.east))
    her.page.fill("#alias", "lan老师")
    her.page.fill("#text", "说过不要再打，还是每天打。")
    her.page.click("button:has-text('提交投诉')")
    her.page.wait_for_selector("text=正在办理")
    her.look("complaints")
    manager.sign_in(people.zheng)
    manager.open("/desk/complaints/")
    manager.look("desk-complaints")
    manager.page.locator(f"a[href^='/desk/complaints/{people.city_id}/']").first.click()
    manager.page.wait_for_selector("text=还是每天打")
    assert manager.page.locator("button:has-text('结案')").count() == 0
    manager.page.fill("#text", "已经和顾问谈话，不再联系。")
    manager.page.click("button:has-text('写入说明')")
    manager.page.wait_for_selector(".hx-said:has-text('已经和顾问谈话')")
    manager.look("desk-complaint-store")
    officer.sign_in(people.privacy_officer)
    officer.open("/desk/complaints/")
    officer.look("desk-complaints-en")
    officer.page.locator(f"a[href^='/desk/complaints/{people.city_id}/']").first.click()
    officer.page.fill("#text", "We have stopped it, and are sorry.")
    officer.look("desk-complaint-en")
    officer.page.click("button:has-text('Answer and close')")
    officer.page.click("dialog[open] [data-confirm-ok]")
    officer.page.wait_for_selector("text=Answered and closed")
    her.page.locator(f"a[href^='/requests/complaints/{people.city_id}/']").first.click()
    her.page.wait_for_selector("text=are sorry")
    her.page.click("summary:has-text('不满意')")
    her.page.fill("#text", "今天又打了。")
    her.look("complaint-answered")
    her.page.click("button:has-text('重新打开')")
    her.page.wait_for_selector("text=正在办理")


def test_an_incident_is_told_to_whom_it_touches(
    call_on: Callable[..., Visitor], visit: Callable[..., Visitor], people: cast.Cast
) -> None:
    someone = people.member()
    officer, her = visit(), call_on(phone=True, language="en")
    officer.sign_in(people.privacy_officer)
    officer.open("/desk/incidents/")
    officer.look("desk-incidents")
    officer.open("/desk/incidents/new/")
    officer.look("desk-incident-new")
    officer.page.check("input[value='leak']")
    officer.page.fill("#listed", f"{people.code}{someone.member_id:09d}")
    officer.page.click("summary:has-text('名单涉及哪些字段')")
    officer.page.check("input[value='name']")
    officer.page.click("button:has-text('登记并查涉及谁')")
    officer.page.wait_for_selector("#notice_zh")  # the worker has counted, the page has asked again
    assert officer.page.inner_text("section[aria-labelledby=people-title] b") == "1"
    officer.look("desk-incident")
    officer.page.click("button:has-text('保存')")
    officer.page.wait_for_selector("button:has-text('告知本人')")
    officer.page.click("button:has-text('告知本人')")
    officer.page.click("dialog[open] [data-confirm-ok]")
    officer.page.wait_for_selector("button:has-text('报告已送交')")
    officer.look("desk-incident-told")
    her.enter(someone.number)
    her.look("portal-home-told")
    her.open("/requests/")
    assert "Article 57" in her.page.inner_text("main")
    her.look("requests-told")


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_calendar_agreements_and_a_record(visit: Callable[..., Visitor], people: cast.Cast, phone: bool, language: str) -> None:  # noqa: FBT001 - pytest's way
    someone = people.member()
    officer = visit(phone=phone, language=language)
    officer.sign_in(people.privacy_officer)
    for path, name in (
        ("/desk/duties/", "desk-duties"),
        ("/desk/agreements/", "desk-agreements"),
        ("/desk/requests/?list=answered", "desk-requests-answered"),
        (f"/desk/persons/{people.city_id}/{someone.member_id}/", "desk-person"),
        ("/desk/persons/?number=x", "desk-persons-unread"),
        ("/desk/incidents/new/", "desk-incident-form"),
    ):
        officer.open(path)
        officer.look(f"{name}-{language}")
        assert officer.page.locator("h1").inner_text().strip() != ""
        assert someone.name not in officer.page.inner_text("main")
