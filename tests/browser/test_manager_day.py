"""
郑's ten minutes, told in a browser: board, visits, the morning's dealing, the month's report, what stands out, tiers, a rule, sessions.

At a desk and on a phone, in both languages; every page is checked as it stands.
"""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from hongxian.kernel.clock import COMPANY_ZONE, day_of, start_of
from hongxian.reports import periods
from tests.browser.manager_world import expected_now, furnish
from tests.owner import now, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from playwright.sync_api import Download, Page

    from tests.browser.conftest import Visitor
    from tests.cast import Cast, Someone

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ON = [(True, "zh-hans"), (False, "en"), (False, "zh-hans"), (True, "en")]
SAVE = "main button[data-key='Ctrl+Enter']"
# Not an address of anybody's: nothing is sent to it here.
ROBOT = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(("phone", "language"), ON)
def test_ten_minutes(people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
    room = furnish(people)
    coming, expected = people.member(held_by=people.lan), people.member(held_by=people.mei)
    expected_now(people, expected, room)
    pooled = [people.member(pooled=True) for _ in range(4)]
    lan, manager = visit(phone=phone, language=language), visit(phone=phone, language=language)
    on = books(lan, people, coming.member_id)
    manager.sign_in(people.zheng)
    day = Day(manager, people, language, [coming, expected, *pooled])
    day.looks_at_the_board()
    day.receives(on, coming.member_id, expected.member_id)
    day.deals(len(pooled))
    day.reads_the_month()
    day.looks_into_what_stands_out()
    day.decides_a_tier()
    day.sets_up_a_digest()
    changes_a_rule(visit(phone=phone, language=language), people, language)
    day.ends_another_session(visit(language=language))


def books(lan: Visitor, people: Cast, member_id: int) -> date:
    """A consultant books somebody of hers, on a working day of the week after; that day."""
    lan.sign_in(people.lan)
    lan.open(f"/desk/member/{people.city_id}/{member_id}/")
    day = day_of(now()) + timedelta(days=8)
    day -= timedelta(days=max(0, day.weekday() - 4))
    at = datetime.combine(day, datetime.min.time(), COMPANY_ZONE) + timedelta(hours=14)
    lan.page.fill("#visit-at", at.strftime("%Y-%m-%dT%H:%M"))
    lan.page.click("#visits button[type=submit]")
    lan.page.wait_for_selector("#visits a")
    assert lan.errors == []
    return day


def changes_a_rule(office: Visitor, people: Cast, language: str) -> None:
    """Headquarters sets a tier apart for the manager's store: what does not go together is refused, then it waits for its day."""
    page = office.page
    office.sign_in(people.operations)
    walk(page, "/desk/office/")
    office.look(f"manager-office-{language}")
    page.click("a[href='/desk/office/rules/tier.X/']")
    page.select_option("select[name=place]", f"store-{people.east}")
    page.wait_for_url(f"**place=store-{people.east}")
    page.fill("#share", "60")
    page.fill("#holding_cap", "50")
    page.fill("#begins_on", (day_of(now()) + timedelta(days=9)).isoformat())
    page.fill("#why", "新店，先少后多")
    page.click(SAVE)
    refused = page.locator("[role=alert]")
    refused.wait_for()
    if language == "zh-hans":
        assert "每天早上分到的人数不能超过名下人数上限" in refused.inner_text()
    office.look(f"manager-rule-refused-{language}")
    assert rules_of(people) == []
    page.fill("#share", "12")
    with page.expect_navigation():
        page.click(SAVE)
    told = page.locator("section[aria-labelledby=changes-title] tbody tr").first.inner_text()
    assert "新店，先少后多" in told
    assert "12" in told
    office.look(f"manager-rule-{language}")
    [(share, why, planned)] = rules_of(people)
    assert (share, why, planned) == (12, "新店，先少后多", True)


def rules_of(people: Cast) -> list[tuple[object, ...]]:
    return rows(
        "SELECT (value ->> 'share')::int, why, effective_from > now() FROM org_rule WHERE store_id = %(s)s ORDER BY id",
        s=people.east,
    )


def visit_of(member_id: int) -> int:
    [(visit_id,)] = rows("SELECT id FROM visits_visit WHERE member_id = %(m)s", m=member_id)
    return int(visit_id)


def walk(page: Page, path: str) -> None:
    """By the menu, as people go."""
    entry = page.locator(f".hx-menu a[href='{path}'] >> visible=true")
    if not entry.count():
        page.click(".hx-more > summary")
    entry.first.click()
    page.wait_for_url(f"**{path}")


class Day:
    """What the manager does, one thing after the other; each page is looked at and shows nobody, and the tables are asked."""

    def __init__(self, manager: Visitor, people: Cast, language: str, members: list[Someone]) -> None:
        self.manager, self.people, self.language, self.members = manager, people, language, members
        self.page = manager.page

    def look(self, name: str, *, drawn: int = 0) -> None:
        for number in range(drawn):
            self.page.locator("[data-chart] canvas").nth(number).wait_for(state="attached")
        self.manager.look(f"manager-{name}-{self.language}")
        shown = self.page.content()
        assert not any(secret in shown for each in self.members for secret in (each.alias, *each.secrets)), name

    def send(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def confirm(self, button: str) -> None:
        self.page.click(button)
        self.send("dialog[open] [data-confirm-ok]")

    def looks_at_the_board(self) -> None:
        walk(self.page, "/desk/board/")
        assert self.page.locator(".hx-wall-panel").count() == 2
        self.look("board", drawn=1)

    def receives(self, on: date, coming: int, expected: int) -> None:
        walk(self.page, "/desk/visits/")
        self.send(f"form[action$='/{visit_of(expected)}/arrive/'] button")
        self.look("arrived")
        self.manager.open(f"/desk/visits/?day={on.isoformat()}")
        self.send(f"form[action$='/{visit_of(coming)}/confirm/'] button")
        states = rows("SELECT state::text FROM visits_visit WHERE member_id = ANY (%(m)s) ORDER BY state", m=[coming, expected])
        assert states == [("arrived",), ("confirmed",)]
        self.page.click("a[href='/desk/visits/forecast/']")
        low, high = map(int, self.page.locator(".hx-tile-number").first.inner_text().split("–"))
        assert 0 < low < high < 60
        self.look("forecast", drawn=1)

    def deals(self, many: int) -> None:
        """One is off today: the dry run gives them nothing. The share is dealt, and was wrong: everybody goes back."""
        walk(self.page, "/desk/dealing/")
        self.page.click("a[href='/desk/rota/']")
        self.page.locator(f"input[name=off][value^='{self.people.liu.staff_id}@']").first.check()
        self.look("rota")
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url("**/desk/rota/?from=*")
        self.manager.open("/desk/dealing/")
        dry = self.page.locator("section[aria-labelledby=preview-title] tbody tr")
        totals = {row.locator("b").first.inner_text(): int(row.locator("b").nth(1).inner_text()) for row in dry.all()}
        assert totals == {"lan老师": many // 2, "mei老师": many // 2, "liu老师": 0}
        self.look("dry-run")
        self.confirm("form[action='/desk/store/deal/'] button")
        self.page.wait_for_selector("#undo-why")
        assert self.held() == {self.people.lan.staff_id: many // 2, self.people.mei.staff_id: many // 2}
        self.page.fill("#undo-why", "值班表没有更新")
        self.confirm("form[action='/desk/dealing/undo/'] button")
        self.page.get_by_text("值班表没有更新").first.wait_for()
        assert self.held() == {}
        assert rows("SELECT count(*) FROM pools_entry WHERE city_id = %(c)s", c=self.people.city_id) == [(many,)]
        self.look("undone")

    def held(self) -> dict[int, int]:
        found = rows(
            "SELECT staff_id, count(*) FROM pools_holding WHERE city_id = %(c)s AND how = 'dealt' GROUP BY 1",
            c=self.people.city_id,
        )
        return dict(found)

    def reads_the_month(self) -> None:
        walk(self.page, "/desk/reports/")
        self.page.select_option("select[name=period]", "last_month")
        self.page.select_option("select[name=versus]", "before")
        self.send("form.hx-filters button")
        month = periods.named("last_month", today=day_of(now()))
        then = periods.before(month)
        assert then.until == month.since - timedelta(days=1)
        tile = self.page.locator(".hx-tile").first.inner_text()
        assert f"{self.calls(month):,}" in tile
        assert f"{self.calls(then):,}" in tile
        self.look("month", drawn=2)
        for ending in ("xlsx", "pdf"):
            with self.page.expect_download() as download:
                self.page.click(f"a[href^='/desk/reports.{ending}']")
            check_file(download.value, ending, self.calls(month))
        self.page.locator("section[aria-labelledby=units-title] table a").first.click()
        self.page.wait_for_url("**scope=team*")
        self.page.locator("section[aria-labelledby=units-title] table a").first.click()
        self.page.wait_for_url("**scope=consultant*")
        assert self.page.locator("main a[href*='/desk/member/']").count() == 0
        self.look("drilled")

    def calls(self, period: periods.Period) -> int:
        [(found,)] = rows(
            "SELECT sum(calls) FROM outreach_tally WHERE city_id = %(c)s AND span = 'day' AND begins >= %(b)s AND begins < %(e)s",
            c=self.people.city_id,
            b=start_of(period.since),
            e=start_of(period.until + timedelta(days=1)),
        )
        return int(found)

    def looks_into_what_stands_out(self) -> None:
        walk(self.page, "/desk/anomalies/")
        self.look("anomalies")
        self.page.locator("tr", has_text="liu老师").locator("a.btn").click()
        self.page.select_option("#result", "explained")
        self.page.fill("#note", "周末活动前统一核对名单")
        self.look("anomaly", drawn=1)
        self.page.click("form[action$='/acknowledge/'] button")
        self.page.wait_for_url("**/desk/anomalies/")
        self.page.get_by_text("周末活动前统一核对名单").wait_for()
        found = rows("SELECT by_id, result FROM reports_acknowledgement WHERE about_id = %(s)s", s=self.people.liu.staff_id)
        assert found == [(self.people.zheng.staff_id, "explained")]

    def decides_a_tier(self) -> None:
        walk(self.page, "/desk/tiers/")
        self.page.locator("input[name=why]").first.fill("按建议")
        self.look("tiers")
        self.page.locator("form[action$='/decide/'] button").first.click()
        self.page.get_by_text("按建议").first.wait_for()
        found = rows("SELECT tier_decided, decided_by FROM tiers_review WHERE staff_id = %(s)s", s=self.people.lan.staff_id)
        assert found == [("X", self.people.zheng.staff_id)]

    def sets_up_a_digest(self) -> None:
        """WeCom's robots have no secret: with one it is refused, in words; without it the group is there."""
        walk(self.page, "/desk/digest/")
        for secret in ("SEC0123456789abcdef", ""):
            self.page.fill("#address", ROBOT)
            self.page.fill("#secret", secret)
            self.page.fill("#why", "店里的工作群")
            self.send("form[action^='/desk/digest/']:has(#address) button")
            if secret:
                said = self.page.locator("[role=alert]").inner_text()
                assert self.language == "en" or "没有密钥，请留空" in said
                self.look("digest-refused")
        self.page.wait_for_selector("section[aria-labelledby=channels-title] tbody tr")
        self.look("digest")
        assert ROBOT not in self.page.content()
        assert rows("SELECT kind FROM reports_channel WHERE store_id = %(s)s", s=self.people.east) == [("wecom",)]

    def ends_another_session(self, other: Visitor) -> None:
        other.sign_in(self.people.zheng)
        self.page.click(".hx-account > summary")
        self.page.click(".hx-account a[href='/desk/account/']")
        sessions = self.page.locator("section[aria-labelledby=sessions-title] tbody tr")
        assert sessions.count() == 2
        self.look("sessions")
        sessions.filter(has_not=self.page.locator(".badge")).locator("form button").click()
        self.page.wait_for_function("document.querySelectorAll('section[aria-labelledby=sessions-title] tbody tr').length === 1")
        other.page.reload()
        other.page.wait_for_url("**/login/**")


def check_file(download: Download, ending: str, calls: int) -> None:
    """Not by its name alone: the sheet has the month's sum, the PDF begins and ends as one."""
    body = Path(download.path()).read_bytes()
    assert download.suggested_filename.endswith(f".{ending}")
    if ending == "xlsx":
        book = load_workbook(io.BytesIO(body), read_only=True)
        assert calls in {value for row in book.worksheets[0].iter_rows(values_only=True) for value in row}
    else:
        assert body.startswith(b"%PDF-")
        assert re.search(rb"%%EOF\s*\Z", body)
