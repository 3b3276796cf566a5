"""Statistics and pauses, as managers meet them at a desk and on a phone, in both languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of, start_of
from tests.outreach.messages import pause_of, tally_of, version_of
from tests.owner import now, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en"), (False, "zh-hans"), (True, "en")])


def fill(cast: Cast) -> None:
    """A week of a store."""
    version, noon = version_of(f"见面提醒 {cast.code}"), start_of(day_of(now())) + timedelta(hours=10)
    for back in range(7):
        for place, (who, team) in enumerate([(cast.lan, cast.team), (cast.mei, cast.team), (cast.liu, cast.other_team)]):
            for how, many in (("hand", 9), ("campaign", 40), ("automatic", 6)):
                handed = many + 3 * back + 5 * place
                tally_of(
                    cast,
                    who,
                    version_id=version,
                    at=noon - timedelta(days=back) + timedelta(hours=place),
                    how=how,
                    team_id=team,
                    handed=handed,
                    parts=handed + 4,
                    delivered=handed - 4,
                    failed=2,
                    unknown=1,
                    dropped=back,
                    opted_out=1,
                )


@ON
class TestPages:
    def test_statistics_are_drawn_and_told(
        self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str
    ) -> None:
        fill(people)
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.zheng)
        manager.open("/desk/texts/statistics/")
        manager.page.locator("[data-chart] canvas").nth(2).wait_for(state="attached")
        manager.page.wait_for_timeout(500)
        manager.look(f"statistics-{language}")
        manager.page.select_option("select[name=period]", "today")
        manager.page.select_option("select[name=by]", "consultant")
        manager.page.click("form.hx-filters button")
        manager.page.locator("[data-chart] canvas").nth(2).wait_for(state="attached")
        manager.page.wait_for_timeout(500)
        manager.look(f"statistics-today-{language}")
        with manager.page.expect_download() as download:
            manager.page.click("a[href^='/desk/texts/statistics.xlsx']")
        assert download.value.suggested_filename.endswith(".xlsx")

    def test_a_pause_is_seen_and_ended(self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str) -> None:
        pause_of(people, people.lan, reason="regular", seen='{"gaps": 14, "seconds": 20.1, "variation": 0.04}')
        pause_of(people, people.liu, reason="budget", seen='{"asked": 1500, "today": 0, "store_hour": 12, "accounts": 2}')
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.zheng)
        manager.open("/desk/store/")
        manager.look(f"store-held-up-{language}")
        manager.page.click(".hx-banner a[href='/desk/pauses/']")
        manager.look(f"pauses-{language}")
        row = manager.page.locator("tr", has_text="lan老师").first
        row.locator("input[name=why]").fill("已谈话，手动发送")
        row.locator("button").click()
        manager.page.wait_for_load_state("networkidle")
        manager.look(f"pauses-ended-{language}")
        found = rows("SELECT ended_why FROM outreach_pause WHERE staff_id = %(s)s", s=people.lan.staff_id)
        assert found == [("已谈话，手动发送",)]
