"""/desk/texts/statistics/: counts of texts and calls, for whoever answers for them."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from openpyxl import load_workbook

from hongxian.kernel.clock import day_of, start_of
from tests import cast as stage
from tests.desk.test_team import called
from tests.outreach.messages import pause_of, tally_of, version_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

PATH = "/desk/texts/statistics/"
NUMBERS: dict[str, Any] = {"handed": 100, "parts": 130, "delivered": 80, "failed": 10, "unknown": 4, "dropped": 3, "opted_out": 2}


@pytest.fixture
def filled(cast: Cast) -> int:
    """兰 and 梅 of one team, 柳 of another, 吴 of another store; today and yesterday. The template's wording."""
    version, noon = version_of(f"=节日 {cast.code}"), start_of(day_of(stage.now())) + timedelta(hours=12)
    tally_of(cast, cast.lan, version_id=version, at=noon, **NUMBERS)
    tally_of(cast, cast.lan, version_id=version, at=noon - timedelta(days=1), how="automatic", handed=7, parts=7, delivered=7)
    tally_of(cast, cast.mei, version_id=version, at=noon + timedelta(hours=2), how="campaign", handed=50, parts=50, delivered=50)
    tally_of(cast, cast.liu, version_id=version, at=noon, team_id=cast.other_team, handed=20, parts=20, delivered=5)
    tally_of(cast, cast.wu, version_id=version, at=noon, team_id=cast.west_team, store_id=cast.west, handed=9, parts=9)
    called(cast, cast.lan, team=cast.team, calls=8)
    return version


def shown(answer: Any, name: str = "lines") -> list[tuple[str, int, int]]:
    return [(line.name, line.handed, line.delivered) for line in answer.context[name]]


@pytest.mark.usefixtures("filled")
class TestWhoSeesWhat:
    def test_a_team_manager_sees_the_team_by_consultant(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.chen).get(PATH)
        assert [(name.split()[0], handed, got) for name, handed, got in shown(answer)] == [
            ("lan老师", 107, 87),
            ("mei老师", 50, 50),
        ]
        assert answer.context["total"].handed == 157

    def test_a_store_manager_sees_the_store_by_team(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).get(PATH)
        assert [(name.split()[-1], handed) for name, handed, _ in shown(answer)] == [("一组", 157), ("二组", 20)]

    def test_another_stores_manager_sees_theirs(self, cast: Cast, sign_in: SignIn) -> None:
        assert sign_in(cast.xu).get(PATH).context["total"].handed == 9

    def test_headquarters_sees_every_store(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.operations).get(PATH)
        ours = {name: handed for name, handed, _ in shown(answer) if cast.code in name}
        assert ours == {f"门店 {cast.code}E": 177, f"门店 {cast.code}W": 9}

    def test_stores_and_their_teams_have_their_english_names(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        for per, name in (("store", f"Store {cast.code}E"), ("team", f"Store {cast.code}E 二组")):
            page = client.get(PATH, {"by": per}).content.decode()
            assert name in page
            assert f"门店 {cast.code}E" not in page

    @pytest.mark.parametrize("name", ["lan", "auditor", "privacy_officer", "trainer"])
    def test_nobody_else(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        assert sign_in(cast.people[name]).get(PATH).status_code == 403


@pytest.mark.usefixtures("filled")
class TestBreakdowns:
    def test_by_hour_of_the_day(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).get(PATH, {"by": "hour"})
        assert [(line.id, line.handed) for line in answer.context["lines"]] == [(12, 127), (14, 50)]

    def test_by_day(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).get(PATH, {"by": "day"})
        today = day_of(stage.now())
        assert [(line.day, line.handed) for line in answer.context["lines"]] == [(today - timedelta(days=1), 7), (today, 170)]

    def test_by_template(self, cast: Cast, sign_in: SignIn) -> None:
        assert shown(sign_in(cast.zheng).get(PATH, {"by": "template"})) == [(f"=节日 {cast.code} v1", 177, 142)]

    def test_manual_against_automatic(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).get(PATH)
        assert answer.context["manual"].handed == 120
        assert answer.context["automatic"].handed == 57

    def test_gives_rates(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.chen).get(PATH, {"period": "today", "by": "how"})
        [hand] = [line for line in answer.context["lines"] if line.name == "hand"]
        assert (hand.delivered_rate, hand.failed_rate, hand.unknown_rate, hand.opted_out_rate) == (
            "80.0%",
            "10.0%",
            "4.0%",
            "2.0%",
        )
        assert hand.under_way == 6

    def test_one_day_is_drawn_by_the_hour(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).get(PATH, {"period": "today"})
        drawn = json.loads(answer.context["charts"]["days"])
        assert drawn["labels"] == ["12:00", "14:00"]
        assert drawn["series"][0]["values"] == [85, 50]

    def test_calls_stand_beside(self, cast: Cast, sign_in: SignIn) -> None:
        [line] = sign_in(cast.chen).get(PATH).context["call_lines"]
        assert (line.calls, line.connects, line.refusals) == (8, 3, 1)

    def test_a_table_says_what_each_chart_draws(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.zheng).get(PATH).content.decode()
        assert page.count('class="hx-chart') == 4
        assert page.count("<table") == 5


@pytest.mark.usefixtures("filled")
class TestPeriods:
    def test_days_of_ones_own_choice(self, cast: Cast, sign_in: SignIn) -> None:
        yesterday = day_of(stage.now()) - timedelta(days=1)
        answer = sign_in(cast.zheng).get(PATH, {"period": "own", "since": str(yesterday), "until": str(yesterday)})
        assert answer.context["total"].handed == 7

    def test_days_changed_beside_an_unchanged_list_are_ones_own_choice(self, cast: Cast, sign_in: SignIn) -> None:
        yesterday = day_of(stage.now()) - timedelta(days=1)
        answer = sign_in(cast.zheng).get(
            PATH, {"period": "week", "was": "week", "since": str(yesterday), "until": str(yesterday)}
        )
        assert (answer.context["period"], answer.context["total"].handed) == ("own", 7)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"period": "own"},
            {"period": "own", "since": "2026-02-02", "until": "2026-02-01"},
            {"period": "own", "since": "2024-01-01", "until": "2026-02-01"},
            {"since": "gestern"},
            {"period": "century"},
            {"by": "member"},
            {"by": "store"},
        ],
    )
    def test_that_are_none_are_refused(self, cast: Cast, sign_in: SignIn, wrong: dict[str, str]) -> None:
        assert sign_in(cast.zheng).get(PATH, wrong).status_code == 422

    def test_without_anything_say_so(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.zheng).get(PATH, {"period": "own", "since": "2020-01-01", "until": "2020-01-02"}).content.decode()
        assert "这段时间没有短信和通话" in page
        assert "hx-empty" in page
        assert "hx-chart" not in page


class TestCallsAlone:
    def test_draw_no_texts(self, cast: Cast, sign_in: SignIn) -> None:
        called(cast, cast.lan, team=cast.team, calls=8)
        page = sign_in(cast.zheng).get(PATH).content.decode()
        assert "这段时间没有短信<" in page
        assert "这段时间没有短信和通话" not in page
        assert page.count('class="hx-chart') == 1


class TestWorkbook:
    def test_has_the_pages_numbers_and_no_formula(self, cast: Cast, sign_in: SignIn, filled: int) -> None:
        assert filled
        answer = sign_in(cast.zheng).get("/desk/texts/statistics.xlsx", {"by": "template"})
        book = load_workbook(io.BytesIO(answer.content))
        assert book.sheetnames == ["短信 按时间", "短信 分组", "短信 方式", "通话 按时间", "通话 分组"]
        heads, line = book["短信 分组"].iter_rows(values_only=True)
        assert heads[:5] == ("短信模板", "已交付", "条数（计费）", "送达", "送达率")
        assert line[:5] == (f"'=节日 {cast.code} v1", 177, 207, 142, "80.2%")
        assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


class TestPausesPage:
    def test_managers_are_told_on_their_boards(self, cast: Cast, sign_in: SignIn) -> None:
        assert "已暂停" not in sign_in(cast.chen).get("/desk/team/").content.decode()
        pause_of(cast, cast.lan)
        for path, who in (("/desk/team/", cast.chen), ("/desk/team/", cast.zheng), ("/desk/store/", cast.zheng)):
            assert "1 位顾问的短信发送已暂停" in sign_in(who).get(path).content.decode()
        assert "已暂停" not in sign_in(cast.xu).get("/desk/team/").content.decode()

    def test_says_what_was_seen_and_ends_with_a_note(self, cast: Cast, sign_in: SignIn) -> None:
        number = pause_of(cast, cast.lan, reason="regular", seen='{"gaps": 14, "seconds": 20.0, "variation": 0.03}')
        page = sign_in(cast.chen).get("/desk/pauses/").content.decode()
        assert "连续 14 次间隔都约 20" in page
        assert sign_in(cast.chen).post(f"/desk/pauses/{number}/end/", {"why": " "}).status_code == 422
        assert sign_in(cast.chen).post(f"/desk/pauses/{number}/end/", {"why": "已核实"}).status_code == 303
        assert "chen老师：已核实" in sign_in(cast.zheng).get("/desk/pauses/").content.decode()

    def test_holds_somebody_up(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.chen).post("/desk/pauses/", {"staff": cast.lan.staff_id, "why": "核查"})
        assert answer.status_code == 303
        assert "由主管暂停" in sign_in(cast.chen).get("/desk/pauses/").content.decode()
