"""Reports, as managers meet them at a desk and on a phone, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of, hour_of, start_of
from tests.outreach.messages import tally_of, version_of
from tests.owner import insert_bare, now, rows
from tests.reports.standing import anomaly_of, watched

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en"), (False, "zh-hans"), (True, "en")])


def fill(cast: Cast) -> None:
    """Nine weeks of a store's calls and texts."""
    version, today = version_of(f"见面提醒 {cast.code}"), start_of(day_of(now()))
    for back in range(65):
        for place, (who, team) in enumerate([(cast.lan, cast.team), (cast.mei, cast.team), (cast.liu, cast.other_team)]):
            at = today - timedelta(days=back) + timedelta(hours=10 + place)
            calls = 40 + (back * 7 + place * 11) % 30
            for span, begins in (("hour", hour_of(at)), ("day", start_of(day_of(at)))):
                insert_bare(
                    "outreach_tally", city_id=cast.city_id, staff_id=who.staff_id, span=span, begins=begins, store_id=cast.east,
                    team_id=team, calls=calls, connects=calls // 2, no_answers=3, interested=4, visits=2, refusals=place,
                    placed=calls, talked=calls // 2, talk_seconds=calls * 60,
                )  # fmt: skip
            tally_of(cast, who, version_id=version, at=at, team_id=team, handed=20 + place, parts=25, delivered=18, opted_out=1)
            insert_bare(
                "pools_quota", city_id=cast.city_id, staff_id=who.staff_id, day=day_of(at), kind="store", cap=70, used=12 + place,
                rank_floor=0,
            )  # fmt: skip


@ON
class TestReports:
    def test_are_drawn_compared_and_taken_along(
        self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str
    ) -> None:
        fill(people)
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.zheng)
        manager.open("/desk/reports/?period=last_month&versus=before")
        manager.page.locator("[data-chart] canvas").nth(1).wait_for(state="attached")
        manager.page.wait_for_timeout(500)
        manager.look(f"reports-{language}")
        manager.page.click("section[aria-labelledby=units-title] table a")
        manager.page.wait_for_load_state("networkidle")
        manager.page.select_option("select[name=versus]", "unit")
        manager.page.click("form.hx-filters button")
        manager.page.select_option("select[name=other]", index=1)
        manager.page.select_option("select[name=step]", "week")
        manager.page.select_option("select[name=show]", "noes")
        manager.page.click("form.hx-filters button")
        manager.page.locator("[data-chart] canvas").nth(1).wait_for(state="attached")
        manager.page.wait_for_timeout(500)
        manager.look(f"reports-team-{language}")
        for ending in ("xlsx", "pdf"):
            with manager.page.expect_download() as download:
                manager.page.click(f"a[href^='/desk/reports.{ending}']")
            assert download.value.suggested_filename.endswith(ending)
            download.value.save_as(f"/tmp/reports-{language}.{ending}")

    def test_without_anything_say_so(self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.xu)
        manager.open("/desk/reports/")
        manager.look(f"reports-empty-{language}")
        assert manager.page.locator("[data-chart]").count() == 0, "no chart of nothing"


@ON
class TestWhatStandsOut:
    def test_is_looked_into_with_a_note(self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
        today = day_of(now())
        for back in range(1, 21):
            watched(people, people.lan, today - timedelta(days=back), viewed=26 + back % 9)
        watched(people, people.lan, today, viewed=96)
        anomaly_of(people, people.lan, day=today)
        anomaly_of(people, people.mei, kind="denied", seen=9, own_median=0, own_z=9.0, team_median=0, team_z=9.0)
        anomaly_of(people, people.liu, kind="viewed", seen=163, rule="ceiling", own_z=None, own_days=2, team_z=None, team_days=4)
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.zheng)
        manager.open("/desk/anomalies/")
        manager.look(f"anomalies-{language}")
        manager.page.locator("tr", has_text="lan老师").locator("a.btn").click()
        manager.page.locator("[data-chart] canvas").first.wait_for(state="attached")
        manager.page.wait_for_timeout(400)
        manager.look(f"anomaly-{language}")
        manager.page.select_option("#result", "talked")
        manager.page.fill("#note", "已谈话：周末活动前统一核对，今后分天查看")
        manager.page.click("form[action$='/acknowledge/'] button")
        manager.page.wait_for_url(lambda url: url.endswith("/desk/anomalies/"))
        manager.look(f"anomalies-noted-{language}")
        query = "SELECT result, note FROM reports_acknowledgement WHERE about_id = %(s)s"
        assert rows(query, s=people.lan.staff_id) == [("talked", "已谈话：周末活动前统一核对，今后分天查看")]
