"""/desk/visits/ and /desk/contracts/ over HTTP: booking from the member's page, receiving, the calendar, the forecast, contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from hongxian.kernel.clock import COMPANY_ZONE, day_of
from tests import cast as casting
from tests.contracts.visit_pages import a_package, book, cast_room, contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person, Someone

    SignIn = Callable[[Person], Client]


def form(**more: str) -> dict[str, str]:
    at = (casting.now().astimezone(COMPANY_ZONE) + timedelta(days=1)).strftime("%Y-%m-%dT14:00")
    return {"at": at, "minutes": "60", "room": "", "request_key": str(uuid4())} | more


def page_of(someone: Someone) -> str:
    return f"/desk/member/{someone.city_id}/{someone.member_id}/"


class TestBooking:
    def test_goes_back_to_the_member_and_shows_the_visit(self, cast: Cast, sign_in: SignIn) -> None:
        cast_room(cast)
        someone, client = cast.member(held_by=cast.lan), sign_in(cast.lan)
        answer = client.post(page_of(someone) + "visit/", form())
        assert (answer.status_code, answer.headers["Location"]) == (303, page_of(someone) + "#visits")
        page = client.get(page_of(someone)).content.decode()
        assert "已预约到店" in page
        page = client.get(page_of(someone) + "centre/").content.decode()
        assert "14:00" in page

    def test_says_on_the_page_what_is_in_the_way_and_keeps_what_was_filled_in(self, cast: Cast, sign_in: SignIn) -> None:
        room = cast_room(cast)
        one, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        sign_in(cast.lan).post(page_of(one) + "visit/", form(room=str(room)))
        asked = form(room=str(room), minutes="90")
        answer = sign_in(cast.mei).post(page_of(other) + "visit/", asked)
        assert answer.status_code == 409
        body = answer.content.decode()
        assert "这个房间在这个时间已被预约" in body
        assert f'value="{asked["at"]}"' in body
        assert one.alias not in body

    @pytest.mark.parametrize("wrong", [{"at": "nonsense"}, {"minutes": "61"}, {"request_key": "x"}, {"at": "2020-01-01T10:00"}])
    def test_refuses_what_has_no_shape(self, cast: Cast, sign_in: SignIn, wrong: dict[str, str]) -> None:
        cast_room(cast)
        someone = cast.member(held_by=cast.lan)
        assert sign_in(cast.lan).post(page_of(someone) + "visit/", form(**wrong)).status_code == 422


class TestCalendar:
    def test_shows_others_visits_as_taken(self, cast: Cast, sign_in: SignIn) -> None:
        room = cast_room(cast)
        mine, hers = cast.member(held_by=cast.lan), cast.member(held_by=cast.mei)
        book(cast, mine, cast.lan, room, state="booked")
        book(cast, hers, cast.mei, cast_room(cast), state="booked")
        tomorrow = day_of(casting.now() + timedelta(days=1)).isoformat()
        for person in (cast.lan, cast.zheng, cast.chen):
            for view in ("", "&view=week"):
                page = sign_in(person).get(f"/desk/visits/?day={tomorrow}{view}").content.decode()
                assert f"{hers.member_id:09d}" not in page
                assert (f"{mine.member_id:09d}" in page) == (person is cast.lan and not view)

    def test_receives_and_goes_back_to_the_day(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        visit = book(cast, someone, cast.lan, cast_room(cast), state="booked")
        client, here = sign_in(cast.zheng), f"/desk/visits/{cast.city_id}/{visit}/"
        day = day_of(casting.now() + timedelta(days=1)).isoformat()
        answer = client.post(here + "confirm/", {"day": day})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/visits/?day={day}")
        answer = client.post(here + "arrive/", {"day": day})
        assert answer.status_code == 409
        assert "现在不能这样登记" in answer.content.decode()
        assert client.post(here + "cancel/", {"why": "store"}).status_code == 303

    def test_nonsense_days_show_today(self, cast: Cast, sign_in: SignIn) -> None:
        assert sign_in(cast.lan).get("/desk/visits/?day=yesterday").context["day"] == day_of(casting.now())


class TestForecast:
    def test_says_plainly_when_there_is_too_little_to_go_by(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.zheng).get("/desk/visits/forecast/").content.decode()
        assert "至少要 6 个有预约的周末才能预测" in page


class TestRooms:
    def test_are_opened_and_closed(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        assert client.post("/desk/visits/rooms/", {"name": "玉兰"}).status_code == 303
        [(room,)] = casting.rows("SELECT id FROM visits_room WHERE city_id = %(c)s", c=cast.city_id)
        assert client.post(f"/desk/visits/rooms/{room}/close/").status_code == 303
        assert "已停用" in client.get("/desk/visits/rooms/").content.decode()


class TestContracts:
    def test_are_filed_compared_and_open_the_profile(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan, consents=(*casting.CONTACT, "matchmaking"))
        today = day_of(casting.now())
        asked = {
            "package": str(a_package()),
            "amount": "6980.50",
            "signed_on": today.isoformat(),
            "ends_on": (today + timedelta(days=180)).isoformat(),
            "request_key": str(uuid4()),
        }
        client = sign_in(cast.lan)
        assert client.post(page_of(someone) + "contract/", asked).status_code == 303
        assert "¥ 6,980.50" in client.get(page_of(someone) + "centre/").content.decode()
        assert client.get(page_of(someone) + "profile/").status_code == 404
        manager = sign_in(cast.zheng)
        page = manager.get("/desk/contracts/").content.decode()
        assert "¥ 6,980.50" in page
        assert f"{someone.member_id:09d}" not in page
        [(number,)] = casting.rows("SELECT id FROM sales_contract WHERE member_id = %(m)s", m=someone.member_id)
        assert manager.post(f"/desk/contracts/{cast.city_id}/{number}/sign/").status_code == 303
        assert someone.name in client.get(page_of(someone) + "profile/").content.decode()
        assert manager.post(f"/desk/contracts/{cast.city_id}/{number}/cancel/", {"why": "member"}).status_code == 303
        assert client.get(page_of(someone) + "profile/").status_code == 404

    def test_amounts_that_are_none_are_refused_on_the_page(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        answer = sign_in(cast.lan).post(page_of(someone) + "contract/", {"amount": "1e99"})
        assert answer.status_code == 422
        assert "请选择套餐" in answer.content.decode()

    def test_decided_already_is_said(self, cast: Cast, sign_in: SignIn) -> None:
        number = contract(cast, cast.member(held_by=cast.lan), cast.lan, state="declined")
        answer = sign_in(cast.zheng).post(f"/desk/contracts/{cast.city_id}/{number}/sign/")
        assert answer.status_code == 409
        assert "已经有人处理" in answer.content.decode()


class TestPackages:
    def test_are_kept_by_operations(self, cast: Cast, sign_in: SignIn) -> None:
        client, name = sign_in(cast.operations), f"套餐{uuid4().hex[:6]}"
        assert client.post("/desk/packages/", {"name": name, "months": "3", "price": "10", "why": ""}).status_code == 422
        assert client.post("/desk/packages/", {"name": name, "months": "3", "price": "10", "why": "试用"}).status_code == 303
        assert name in client.get("/desk/packages/").content.decode()
        [(number,)] = casting.rows("SELECT id FROM sales_package WHERE name = %(n)s", n=name)
        assert client.post(f"/desk/packages/{number}/close/", {"why": "停售"}).status_code == 303
