"""The live board: on a store's wall, at a desk, on a phone, in both languages; and that it says when it has lost touch."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of, start_of
from tests.outreach.messages import tally_of, version_of
from tests.owner import insert, insert_bare, now
from tests.reports.conftest import complained, worked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import Visitor
    from tests.cast import Cast

pytestmark = pytest.mark.browser
ON = pytest.mark.parametrize(("phone", "language"), [(True, "zh-hans"), (False, "en"), (False, "zh-hans"), (True, "en")])
WALL = {"width": 1920, "height": 1080}


def fill(cast: Cast) -> None:
    """A store of four teams on an afternoon after a week: one calm, one to be watched, one that pushes, one that has just begun."""
    noon = start_of(day_of(now())) + timedelta(hours=9)
    teams = [cast.team, cast.other_team]
    people = [cast.lan, cast.liu]
    for name in ("三组", "四组"):
        teams.append(insert("org_team", store_id=cast.east, name=name))
        short = f"{cast.code}t{len(teams)}"
        cast._join(short, store=cast.east, team=teams[-1], role="consultant", tier="Y")
        people.append(cast.people[short])
    work = [
        {"calls": 21, "connects": 12, "visits": 1, "talk_seconds": 2400, "rests": 1},
        {"calls": 26, "connects": 13, "visits": 1, "refusals": 1, "talk_seconds": 2600, "cap_hits": 0},
        {"calls": 44, "connects": 20, "visits": 1, "refusals": 3, "talk_seconds": 1900, "cap_hits": 2, "rests": 3},
        {"calls": 2, "connects": 1, "talk_seconds": 90},
    ]
    version = version_of(f"见面提醒 {cast.code}")
    for person, team_id, numbers in zip(people, teams, work, strict=True):
        for back in range(3):
            for hour in range(4):
                at = noon - timedelta(days=back) + timedelta(hours=hour)
                worked_at(cast, person, at, team_id, numbers)
        tally_of(cast, person, version_id=version, at=noon, how="hand", team_id=team_id, handed=5, opted_out=0)
        insert_bare(
            "pools_quota",
            city_id=cast.city_id,
            staff_id=person.staff_id,
            day=day_of(noon),
            kind="store",
            cap=20,
            used=16,
            rank_floor=0,
        )
    complained(cast, at=noon, alias="liu老师")


def worked_at(cast: Cast, person: object, at: object, team_id: int, numbers: dict[str, int]) -> None:
    """The hours add up in the day, as the roll-ups do."""
    from tests.owner import run

    first = at.hour == 9  # type: ignore[attr-defined] # a datetime
    if first:
        worked(cast, person, at=at, team_id=team_id, **numbers)  # type: ignore[arg-type] # a person at a moment
        return
    from hongxian.kernel.clock import hour_of

    begins = hour_of(at)  # type: ignore[arg-type] # a datetime
    insert_bare(
        "outreach_tally",
        city_id=cast.city_id,
        staff_id=person.staff_id,  # type: ignore[attr-defined] # a person
        span="hour",
        begins=begins,
        store_id=cast.east,
        team_id=team_id,
        **(dict.fromkeys(("calls", "connects", "no_answers", "interested", "visits", "refusals"), 0) | numbers),
    )
    added = ", ".join(f"{name} = {name} + {number}" for name, number in numbers.items())
    run(
        f"UPDATE outreach_tally SET {added} WHERE city_id = %(c)s AND staff_id = %(s)s AND span = 'day' AND begins = %(d)s",
        c=cast.city_id,
        s=person.staff_id,  # type: ignore[attr-defined] # a person
        d=start_of(day_of(begins)),
    )


@ON
class TestBoard:
    def test_is_read_at_a_desk_and_on_a_phone(
        self, people: Cast, visit: Callable[..., Visitor], *, phone: bool, language: str
    ) -> None:
        fill(people)
        manager = visit(phone=phone, language=language)
        manager.sign_in(people.zheng)
        manager.open("/desk/board/")
        manager.page.locator("[data-chart] canvas").wait_for(state="attached")
        manager.page.wait_for_timeout(400)
        manager.look(f"board-{language}")
        assert manager.page.locator("table tbody tr").count() >= 2, "a line for each team"


class TestWall:
    def test_is_a_picture_that_keeps_up_and_says_when_it_does_not(self, people: Cast, visit: Callable[..., Visitor]) -> None:
        fill(people)
        manager = visit()
        manager.sign_in(people.zheng)
        manager.page.set_viewport_size(WALL)  # type: ignore[arg-type] # a plain dict
        manager.open("/desk/board/")
        manager.page.locator("[data-chart] canvas").wait_for(state="attached")
        manager.page.keyboard.press("f")
        manager.page.wait_for_function("document.fullscreenElement !== null")
        manager.page.wait_for_timeout(600)
        folder = os.environ.get("HONGXIAN_PICTURES")
        if folder:
            manager.page.screenshot(path=str(Path(folder) / "board-wall.png"))
        # From three metres: on a screen of 55 inches 1.2 m wide a pixel is 0.63 mm; figures 7 cm tall, words 2 cm.
        size = "parseFloat(getComputedStyle(document.querySelector('{}')).fontSize)"
        assert manager.page.evaluate(size.format(".hx-wall-gain b")) >= 90
        assert manager.page.evaluate(size.format(".hx-wall-head h3")) >= 32
        assert manager.page.evaluate(size.format(".hx-wall-state")) >= 28
        bottom = "Math.max(...[...document.querySelectorAll('.hx-wall-panel, .hx-wall-table')].map((e) => e.getBoundingClientRect().bottom))"
        assert manager.page.evaluate(bottom) <= WALL["height"], "panels and table are seen without scrolling"
        before = manager.page.locator(".hx-wall-harm b").first.inner_text()
        complained(people, at=now(), alias="lan老师")
        manager.page.wait_for_function(
            "(was) => document.querySelector('.hx-wall-harm b').innerText !== was", arg=before, timeout=20_000
        )
        assert manager.page.evaluate("document.fullscreenElement !== null"), (
            "exchanging the numbers leaves the whole screen alone"
        )
        manager.page.context.set_offline(True)
        manager.page.locator(".hx-wall.is-lost").wait_for(timeout=40_000)
        assert "与服务器失去联系" in manager.page.locator("[data-board-state]").inner_text()
        manager.page.context.set_offline(False)
        manager.page.locator(".hx-wall:not(.is-lost)").wait_for(timeout=40_000)
        assert manager.errors == []
