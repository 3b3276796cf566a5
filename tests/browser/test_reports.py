"""Reports, as managers meet them at a desk and on a phone, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of, hour_of, start_of
from tests.outreach.messages import tally_of, version_of
from tests.owner import insert_bare, now

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
