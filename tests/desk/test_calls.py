"""拨打 over HTTP: who may, what the page says second by second, and that the desk is told no number."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from hongxian.outreach import calling, minding
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse
    from django.test import Client

HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast(timezone=zone_at_noon())


@pytest.fixture(autouse=True)
def _desk_with_gateway(company: None, settings: Any) -> Iterator[None]:
    settings.CALL_GATEWAY = "loopback"
    with signed_in_as("desk"):
        yield


@pytest.fixture
def lan(cast: Cast) -> Person:
    return with_phone(cast.lan)


def with_phone(person: Person) -> Person:
    casting.run("UPDATE org_staff SET extension = %(at)s WHERE id = %(id)s", at=person.employee_no, id=person.staff_id)
    return person


def path(member: Someone, more: str = "") -> str:
    return f"/desk/member/{member.city_id}/{member.member_id}/{more}"


def press(browser: Client, member: Someone, *, key: UUID | None = None, htmx: bool = True) -> HttpResponse:
    return browser.post(path(member, "call/"), {"request_key": str(key or uuid4())}, headers=HTMX if htmx else {})  # type: ignore[return-value]


def call_of(member: Someone) -> calling.Placed:
    [(at, number, key)] = casting.rows(
        "SELECT at, id, request_key FROM outreach_placedcall WHERE member_id = %(m)s ORDER BY at DESC LIMIT 1", m=member.member_id
    )
    return calling.Placed(member.city_id, member.member_id, at, number, key)


def tell(call: calling.Placed, state: str, cause: str = "", *, after: float = 0) -> None:
    with signed_in_as("dialer"):
        now = call.at + timedelta(seconds=after)
        calling.note(city_id=call.city_id, at=call.at, id=call.id, state=state, cause=cause, now=now)


def look(browser: Client, member: Someone, *, was: str = "") -> HttpResponse:
    call = call_of(member)
    return browser.get(path(member, f"call/{call.request_key}/?was={was}"), headers=HTMX)  # type: ignore[return-value]


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


class TestButton:
    def test_takes_the_place_of_the_number(self, cast: Cast, lan: Person) -> None:
        page = text(lan.browser().get(path(cast.member(held_by=lan))))  # type: ignore[arg-type]
        assert "拨打" in page
        assert "/number/" not in page
        assert "模拟线路" in page, "a stand-in says that it is one"

    def test_is_not_there_without_a_gateway(self, cast: Cast, lan: Person, settings: Any) -> None:
        settings.CALL_GATEWAY = ""
        page = text(lan.browser().get(path(cast.member(held_by=lan))))  # type: ignore[arg-type]
        assert "/number/" in page
        assert "hx-call-start" not in page

    def test_says_what_is_missing_without_an_extension(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        browser = cast.lan.browser()
        assert "您还没有分机" in text(browser.get(path(member)))  # type: ignore[arg-type]
        answer = press(browser, member)
        assert (answer.status_code, "您还没有分机" in text(answer)) == (409, True)

    def test_of_the_number_is_denied_with_a_gateway_and_takes_no_permit(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan)
        answer = lan.browser().post(path(member, "number/"), headers=HTMX)
        assert answer.status_code == 409
        assert not any(each in text(answer) for each in member.secrets)  # type: ignore[arg-type]
        assert casting.rows("SELECT count(*) FROM vault_permit WHERE member_id = %(m)s", m=member.member_id) == [(0,)]


class TestPress:
    def test_begins_a_call_that_the_page_follows(self, cast: Cast, lan: Person) -> None:
        member, browser = cast.member(held_by=lan), lan.browser()
        answer = press(browser, member)
        assert answer.status_code == 200
        assert "正在呼叫您的话机" in text(answer)
        assert "挂断" in text(answer)
        call = call_of(member)
        assert look(browser, member, was="asked").status_code == 204, "nothing new"
        for state, after, said in (
            ("consultant", 1, "正在呼叫您的话机"),
            ("member", 5, "正在呼叫会员"),
            ("talking", 9, "通话中"),
        ):
            tell(call, state, after=after)
            answer = look(browser, member, was="asked")
            assert said in text(answer), state
            assert "HX-Retarget" not in answer.headers
        assert re.search(r'role="timer"[^>]*>\d+:\d\d<', text(look(browser, member, was="talking")))
        tell(call, "ended", "member_hung_up", after=9 + 125)
        answer = look(browser, member, was="talking")
        assert answer.headers["HX-Retarget"] == "#call"
        page = text(answer)
        assert "会员挂断了" in page
        assert "2:05" in page
        assert 'name="seconds" value="125" readonly' in page
        assert "hx-outcome-suggested" not in page, "after talking the consultant says what came of it"
        assert not any(each in page for each in member.secrets)

    @pytest.mark.parametrize(
        ("cause", "outcome"), [("busy", "busy"), ("rejected", "busy"), ("no_answer", "no_answer"), ("invalid", "invalid")]
    )
    def test_that_reached_nobody_suggests_why(self, cast: Cast, lan: Person, cause: str, outcome: str) -> None:
        member, browser = cast.member(held_by=lan), lan.browser()
        press(browser, member)
        call = call_of(member)
        tell(call, "member", after=3)
        tell(call, "ended", cause, after=20)
        for page in (text(look(browser, member, was="member")), text(browser.get(path(member)))):  # type: ignore[arg-type]
            [button] = re.findall(r"<button[^>]*hx-outcome-suggested[^>]*>", page)
            assert f'value="{outcome}"' in button

    def test_twice_is_one_call(self, cast: Cast, lan: Person) -> None:
        member, browser, key = cast.member(held_by=lan), lan.browser(), uuid4()
        assert [press(browser, member, key=key).status_code for _ in range(2)] == [200, 200]
        assert casting.rows("SELECT count(*) FROM outreach_placedcall WHERE member_id = %(m)s", m=member.member_id) == [(1,)]

    def test_in_another_tab_waits_for_the_first_call(self, cast: Cast, lan: Person) -> None:
        first, second, browser = cast.member(held_by=lan), cast.member(held_by=lan), lan.browser()
        press(browser, first)
        answer = press(browser, second)
        assert (answer.status_code, "还没有结束" in text(answer)) == (409, True)
        assert "另一位会员的通话" in text(browser.get(path(second)))  # type: ignore[arg-type]
        tell(call_of(first), "ended", "busy", after=9)
        assert press(browser, second).status_code == 200

    def test_without_script_leads_back_to_the_page(self, cast: Cast, lan: Person) -> None:
        member, browser = cast.member(held_by=lan), lan.browser()
        answer = press(browser, member, htmx=False)
        assert (answer.status_code, answer.headers["Location"]) == (303, path(member))
        assert "正在呼叫您的话机" in text(browser.get(path(member)))  # type: ignore[arg-type]
        refused = press(browser, cast.member(held_by=lan), htmx=False)
        assert (refused.status_code, "没有拨出" in text(refused)) == (409, True)

    @pytest.mark.parametrize("who", ["mei", "wu"])
    def test_of_somebody_elses_is_not_found(self, cast: Cast, who: str) -> None:
        member = cast.member(held_by=cast.lan)
        assert press(with_phone(cast.people[who]).browser(), member).status_code == 404

    @pytest.mark.parametrize("who", ["chen", "zheng", "operations", "auditor", "privacy_officer"])
    def test_is_for_consultants(self, cast: Cast, who: str) -> None:
        member = cast.member(held_by=cast.lan)
        browser = with_phone(cast.people[who]).browser()
        assert press(browser, member).status_code == 403
        assert browser.get(path(member, f"call/{uuid4()}/"), headers=HTMX).status_code == 403

    def test_without_a_key_is_refused(self, cast: Cast, lan: Person) -> None:
        answer = lan.browser().post(path(cast.member(held_by=lan), "call/"), {"request_key": "x"}, headers=HTMX)
        assert answer.status_code == 422

    def test_outside_the_hours_is_refused_with_the_reason(self, company: None) -> None:
        cast = Cast(timezone=f"Etc/GMT{casting.now().hour - 23:+d}")
        answer = press(with_phone(cast.lan).browser(), cast.member(held_by=cast.lan))
        assert (answer.status_code, "不是联系时间" in text(answer)) == (403, True)

    def test_over_the_cap_is_refused_with_the_reason(self, cast: Cast, lan: Person) -> None:
        member, now = cast.member(held_by=lan), casting.now()
        for days in (3, 6, 9):
            casting.insert(
                "vault_permit",
                city_id=cast.city_id,
                member_id=member.member_id,
                staff_id=lan.staff_id,
                channel="call",
                purpose="outreach.call",
                issued_at=now - timedelta(days=days),
                latest_at=now - timedelta(days=days),
                used_at=now - timedelta(days=days),
            )
        answer = press(lan.browser(), member)
        assert (answer.status_code, "上限" in text(answer)) == (403, True)

    def test_of_anothers_call_tells_nothing(self, cast: Cast, lan: Person) -> None:
        member = cast.member(held_by=lan)
        press(lan.browser(), member)
        other = with_phone(cast.mei).browser()
        assert look(other, member).status_code == 404
        assert other.post(path(member, f"call/{call_of(member).request_key}/hang-up/"), headers=HTMX).status_code == 404


class TestHangUp:
    def test_tells_the_line_and_says_so(self, cast: Cast, lan: Person) -> None:
        member, browser = cast.member(held_by=lan), lan.browser()
        press(browser, member)
        call = call_of(member)
        answer = browser.post(path(member, f"call/{call.request_key}/hang-up/"), headers=HTMX)
        assert "正在挂断" in text(answer)  # type: ignore[arg-type]
        assert casting.rows("SELECT hang_up_at IS NOT NULL FROM outreach_placedcall WHERE id = %(i)s", i=call.id) == [(True,)]
        tell(call, "ended", "desk_hung_up", after=3)
        assert "没有拨到会员，不用登记" in text(look(browser, member, was="hanging_up"))

    def test_from_another_page_leads_to_the_day(self, cast: Cast, lan: Person) -> None:
        member, browser = cast.member(held_by=lan), lan.browser()
        press(browser, member)
        answer = browser.post(path(member, f"call/{call_of(member).request_key}/hang-up/"))
        assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")


class TestFiling:
    def file(self, browser: Client, member: Someone, outcome: str) -> HttpResponse:
        form = {"outcome": outcome, "request_key": str(uuid4()), "seconds": "9999", "note": ""}
        return browser.post(path(member, "outcome/"), form)  # type: ignore[return-value]

    def test_takes_the_calls_own_seconds_and_settles_it(self, cast: Cast, lan: Person) -> None:
        member, browser = cast.member(held_by=lan), lan.browser()
        press(browser, member)
        call = call_of(member)
        for state, after in (("consultant", 1), ("member", 2), ("talking", 3)):
            tell(call, state, after=after)
        answer = self.file(browser, member, "interested")
        assert (answer.status_code, "通话还没有结束" in text(answer)) == (409, True)
        tell(call, "ended", "consultant_hung_up", after=45)
        day = text(browser.get("/desk/"))  # type: ignore[arg-type]
        assert "1 通电话待登记" in day
        assert "待登记" in text(browser.get("/desk/list/"))  # type: ignore[arg-type]
        assert self.file(browser, member, "interested").status_code == 302
        assert casting.rows(
            "SELECT outcome, seconds, permit_id IS NOT NULL FROM outreach_call WHERE member_id = %(m)s", m=member.member_id
        ) == [("interested", 42, True)]
        assert "待登记" not in text(browser.get("/desk/"))  # type: ignore[arg-type]
        page = text(browser.get(path(member)))  # type: ignore[arg-type]
        assert "通过公司线路的呼叫" in page
        assert "您挂断了 · 0:42" in page

    def test_after_a_nine_is_refused_clearly(self, cast: Cast, lan: Person) -> None:
        member, browser = cast.member(held_by=lan), lan.browser()
        press(browser, member)
        call = call_of(member)
        for state, after in (("consultant", 1), ("member", 2), ("talking", 3)):
            tell(call, state, after=after)
        tell(call, "nine", after=20)
        tell(call, "ended", "nine", after=20)
        page = text(look(browser, member, was="talking"))
        assert "会员按 9：不再联系" in page
        buttons = re.findall(r"<button[^>]*data-key=[^>]*>", page)
        assert len(buttons) == 9
        assert all("disabled" in each for each in buttons)
        for _ in range(2):
            answer = self.file(browser, member, "interested")
            assert (answer.status_code, "会员在这通电话里按了 9" in text(answer)) == (409, True)
            with signed_in_as("worker"):
                minding.settle_nine(city_id=call.city_id, at=call.at, id=call.id, now=casting.now())
        assert browser.get(path(member)).status_code == 404, "out of the hand"
        assert casting.rows("SELECT outcome, filed FROM outreach_call WHERE member_id = %(m)s", m=member.member_id) == [
            ("refused", "nine")
        ]
        assert "会员按 9" in text(look(browser, member, was="talking")), "the page that is open still learns of it"


class TestBoard:
    def test_shows_calls_and_talk(self, cast: Cast, lan: Person) -> None:
        assert "线路呼叫" not in text(cast.chen.browser().get("/desk/team/"))  # type: ignore[arg-type]
        member, browser = cast.member(held_by=lan), lan.browser()
        press(browser, member)
        call = call_of(member)
        for state, after in (("consultant", 1), ("member", 2), ("talking", 3)):
            tell(call, state, after=after)
        tell(call, "ended", "member_hung_up", after=3 + 61)
        for who in ("chen", "zheng"):
            page = text(cast.people[who].browser().get("/desk/team/"))  # type: ignore[arg-type]
            assert "今天线路呼叫" in page
            assert "1 / 1" in page
            assert "1分01秒" in page


class TestExtension:
    def test_is_the_managers_to_set_and_written_down(self, cast: Cast) -> None:
        address = f"/desk/staff/{cast.lan.staff_id}/extension/"
        browser = cast.zheng.browser()
        number = f"x{cast.lan.staff_id}"
        assert browser.post(address, {"extension": f" {number} "}).status_code == 303
        assert number in text(browser.get(f"/desk/staff/{cast.lan.staff_id}/"))  # type: ignore[arg-type]
        changes = casting.rows("SELECT before, after FROM audit_change WHERE thing = %(t)s", t=f"staff {cast.lan.staff_id}")
        assert [(each["extension"], other["extension"]) for each, other in changes] == [("", number)]
        taken = browser.post(f"/desk/staff/{cast.mei.staff_id}/extension/", {"extension": number})
        assert (taken.status_code, "已经是别人的" in text(taken)) == (409, True)  # type: ignore[arg-type]
        for wrong in ("8001@evil", "8001\r\nVia: x", "sip:8001", "分机", "x" * 33):
            assert browser.post(address, {"extension": wrong}).status_code == 422, wrong
        assert browser.post(address, {"extension": ""}).status_code == 303
        assert casting.rows("SELECT extension FROM org_staff WHERE id = %(i)s", i=cast.lan.staff_id) == [(None,)]

    def test_of_another_store_is_not_found_and_goes_with_leaving(self, cast: Cast, lan: Person) -> None:
        assert cast.xu.browser().post(f"/desk/staff/{lan.staff_id}/extension/", {"extension": "1"}).status_code == 404
        assert cast.zheng.browser().post(f"/desk/staff/{lan.staff_id}/leave/", {"why": "x"}).status_code == 303
        assert casting.rows("SELECT extension FROM org_staff WHERE id = %(i)s", i=lan.staff_id) == [(None,)]
