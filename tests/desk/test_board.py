"""/desk/board/: who sees which board, and how a screen keeps up with it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from hongxian.desk import door, snapshots, urls
from hongxian.desk.pages import board as page
from hongxian.kernel.clock import day_of, start_of
from hongxian.reports import board as boards
from tests.owner import now, rows, run
from tests.reports.conftest import booked, worked

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def forget() -> None:
    page._boards.clear()
    page._parts.clear()


def call(cast: Cast, person: Person, team_id: int, **numbers: int) -> None:
    worked(cast, person, at=start_of(day_of(now())) + timedelta(hours=11), team_id=team_id, **numbers)


class TestPage:
    def test_shows_results_beside_what_they_cost(self, cast: Cast, sign_in: SignIn) -> None:
        call(cast, cast.lan, cast.team, calls=50, connects=21, refusals=2, cap_hits=1, rests=4)
        booked(cast, cast.lan, at=start_of(day_of(now())) + timedelta(hours=11), team_id=cast.team, many=3)
        answer = sign_in(cast.zheng).get("/desk/board/")
        text = answer.content.decode()
        for word in ("认领", "通话", "接通", "约到", "到店", "签约", "拒绝退订", "投诉", "触顶", "休息", "成果 3，打扰 3"):
            assert word in text
        assert "lan老师" not in text, "a board names teams, not people"

    def test_of_another_store_is_not_there(self, cast: Cast, sign_in: SignIn) -> None:
        for path in ("/desk/board/", "/desk/board/live/"):
            assert sign_in(cast.zheng).get(path, {"store": cast.west}).status_code == 404
            assert sign_in(cast.zheng).get(path, {"store": "x"}).status_code == 404

    def test_of_operations_is_by_store_and_leads_to_each(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        text = client.get("/desk/board/", {"city": cast.city_id}).content.decode()
        assert f"/desk/board/?store={cast.west}" in text
        assert f"门店 {cast.code}W" in client.get("/desk/board/", {"store": cast.west}).content.decode()

    def test_of_many_stores_begins_with_those_that_need_a_look(
        self, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(page, "MOST", 1)
        call(cast, cast.lan, cast.team, calls=90)
        call(cast, cast.wu, cast.west_team, store_id=cast.west, calls=30, refusals=9)
        text = sign_in(cast.operations).get("/desk/board/", {"city": cast.city_id}).content.decode()
        table = text[text.index("<tbody>") : text.index("</tbody>")]
        assert (f"门店 {cast.code}W" in table, f"门店 {cast.code}E" in table) == (True, False)
        assert "这里只列 1 家" in text

    def test_says_when_there_is_nothing(self, cast: Cast, sign_in: SignIn) -> None:
        run("UPDATE org_staff SET active = false WHERE store_id = %(s)s AND role = 'consultant'", s=cast.east)
        assert "还没有可以显示的" in sign_in(cast.zheng).get("/desk/board/").content.decode()


class TestLive:
    def test_is_empty_when_the_screen_shows_it_already(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        first = client.get("/desk/board/live/")
        assert first.status_code == 200
        mark = first.headers["ETag"]
        again = client.get("/desk/board/live/", headers={"If-None-Match": mark})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", mark)

    def test_comes_anew_when_a_number_has_changed(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        mark = client.get("/desk/board/live/").headers["ETag"]
        call(cast, cast.lan, cast.team, calls=1, refusals=1)
        forget_now()
        answer = client.get("/desk/board/live/", headers={"If-None-Match": mark})
        assert answer.status_code == 200
        assert answer.headers["ETag"] != mark

    def test_has_the_mark_that_the_page_was_drawn_with(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        mark = client.get("/desk/board/").context["mark"]
        assert client.get("/desk/board/live/", headers={"If-None-Match": mark}).status_code == 304

    def test_is_made_once_for_all_of_a_store_and_once_more_in_english(
        self, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[object] = []
        whole = boards.snapshot

        def making(*, scope: boards.Scope, now: datetime) -> boards.Snapshot:
            made.append(scope)
            return whole(scope=scope, now=now)

        monkeypatch.setattr(boards, "snapshot", making)
        answers = [sign_in(person).get("/desk/board/live/") for person in (cast.zheng, cast.chen, cast.zheng)]
        english = sign_in(cast.zheng).get("/desk/board/live/", headers={"accept-language": "en"})
        assert len(made) == 1
        assert len({answer.headers["ETag"] for answer in answers}) == 1
        assert english.headers["ETag"] != answers[0].headers["ETag"]

    def test_of_two_stores_are_two(self, cast: Cast, sign_in: SignIn) -> None:
        call(cast, cast.lan, cast.team, calls=77)
        sign_in(cast.zheng).get("/desk/board/live/")
        assert "77" not in sign_in(cast.xu).get("/desk/board/live/").content.decode()

    def test_ends_with_the_right(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        assert client.get("/desk/board/live/").status_code == 200
        cast.expire_agreement(cast.east)
        assert client.get("/desk/board/live/").status_code == 403


class TestShelf:
    def test_keeps_for_its_seconds_and_no_longer(self) -> None:
        time = [0.0]
        shelf: snapshots.Shelf[int] = snapshots.Shelf(seconds=3.0, clock=lambda: time[0])
        made = iter(range(10))
        assert [shelf.get("a", lambda: next(made)) for _ in range(3)] == [0, 0, 0]
        time[0] = 2.9
        assert shelf.get("a", lambda: next(made)) == 0
        time[0] = 3.0
        assert shelf.get("a", lambda: next(made)) == 1
        assert shelf.get("b", lambda: next(made)) == 2

    def test_keeps_nothing_of_a_failure(self) -> None:
        shelf: snapshots.Shelf[int] = snapshots.Shelf(seconds=3.0)

        def fail() -> int:
            raise LookupError

        with pytest.raises(LookupError):
            shelf.get("a", fail)
        assert shelf.get("a", lambda: 1) == 1


def forget_now() -> None:
    page._boards.clear()
    page._parts.clear()


class TestWall:
    @pytest.fixture
    def hung(self, cast: Cast, sign_in: SignIn) -> Client:
        """A screen that 郑 has hung up."""
        client = sign_in(cast.zheng)
        assert client.post("/desk/board/wall/").status_code == 303
        return client

    def test_sees_the_board_for_months_and_shows_nobody(self, cast: Cast, hung: Client) -> None:
        page = hung.get("/desk/board/")
        assert page.status_code == 200
        text = page.content.decode()
        assert "hx-wall-panel" in text
        for gone in ("hx-menu", "hx-account", "/desk/reports/", cast.zheng.employee_no, "/desk/board/wall/"):
            assert gone not in text
        assert hung.get("/desk/board/live/").status_code == 200
        [(how, lasts)] = rows(
            "SELECT how, until - begun_at FROM org_session WHERE account_id = %(a)s AND ended_at IS NULL", a=cast.zheng.account_id
        )
        assert (how, lasts) == ("wall", timedelta(days=90))
        assert hung.get("/desk/board/", {"store": cast.west}).status_code == 404

    def test_sees_nothing_else_whatever_it_asks(self, hung: Client) -> None:
        asked = 0
        for each in urls.urlpatterns:
            view = getattr(each, "callback", None)
            name = f"{view.__module__}.{view.__name__}" if view else ""
            if name not in door.PAGES or name.startswith("hongxian.desk.pages.board."):
                continue
            address = "/" + re.sub(r"<[^>]+>", "1", str(each.pattern))
            answer = hung.get(address)
            if answer.status_code == 405:
                answer = hung.post(address)
            assert answer.status_code in {403, 404}, (address, answer.status_code)
            asked += 1
        assert asked > 100
        assert hung.get("/desk/board/").status_code == 200, "asking has not ended it"

    def test_leaves_no_way_back_to_the_session_it_was_made_of(self, cast: Cast, sign_in: SignIn) -> None:
        client, before = sign_in(cast.zheng), Client()
        before.cookies.update(client.cookies)
        assert before.get("/desk/reports/").status_code == 200
        client.post("/desk/board/wall/")
        assert before.get("/desk/reports/").status_code == 302

    def test_is_taken_down_from_the_list_of_sessions(self, cast: Cast, hung: Client, sign_in: SignIn) -> None:
        manager = sign_in(cast.zheng)
        assert "挂墙看板" in manager.get("/desk/account/").content.decode()
        [(session_id,)] = rows(
            "SELECT id FROM org_session WHERE account_id = %(a)s AND how = 'wall' AND ended_at IS NULL", a=cast.zheng.account_id
        )
        assert manager.post(f"/desk/account/sessions/{session_id}/end/").status_code == 303
        assert hung.get("/desk/board/live/").status_code == 302
        assert manager.get("/desk/board/").status_code == 200

    @pytest.mark.parametrize(
        "over",
        [
            "UPDATE org_session SET until = now() WHERE account_id = %(a)s",
            "UPDATE org_staff SET session_epoch = session_epoch + 1 WHERE account_id = %(a)s",
            "UPDATE org_staff SET active = false WHERE account_id = %(a)s",
        ],
    )
    def test_goes_dark_with_its_time_and_with_whoever_hung_it_up(self, cast: Cast, hung: Client, over: str) -> None:
        run(over, a=cast.zheng.account_id)
        assert hung.get("/desk/board/live/").status_code == 302
