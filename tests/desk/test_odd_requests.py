"""What no form of ours sends: bytes that no text has, days beyond the calendar, JSON without an end. Refused, and never an error of ours."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client

from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

PASSWORD = "correct horse battery 9"


class TestWelcome:
    @pytest.mark.parametrize("number", ["a\x00b", "\x00", "", "x" * 64, "工号", "N1 OR 1=1"])
    def test_knows_nobody_by_what_is_no_number(self, cast: Cast, number: str) -> None:
        address = f"10.1.{secrets.randbelow(250)}.{secrets.randbelow(250)}"
        given = {"employee_no": number, "code": "ABCD", "password": PASSWORD, "again": PASSWORD}
        answer: Any = Client().post("/welcome/", given, REMOTE_ADDR=address)
        assert answer.status_code == 422
        tries = stage.rows("SELECT count(*) FROM org_signintry WHERE address = %(a)s", a=address)
        assert tries == [(1,)], "it counts as a try"


class TestPasskey:
    @pytest.mark.parametrize("answer", ["[" * 100_000, '{"response":' * 20_000, "null", '{"response":{"userHandle":"\\ud800"}}'])
    def test_that_is_none_is_turned_away(self, cast: Cast, answer: str) -> None:
        client = Client()
        assert client.post("/login/passkey/begin/").status_code == 200
        assert client.post("/login/passkey/", {"credential": answer}).status_code == 422
        assert client.post("/login/passkey/begin/").status_code == 200
        assert client.session.get("_auth_user_id") is None


class TestDays:
    @pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-12-27", "0001-01-03"])
    @pytest.mark.parametrize("view", ["", "week"])
    def test_beyond_the_calendar_show_today(self, cast: Cast, sign_in: SignIn, day: str, view: str) -> None:
        answer = sign_in(cast.lan).get(f"/desk/visits/?day={day}&view={view}")
        assert answer.status_code == 200
        assert answer.context["day"] == answer.context["today"]

    @pytest.mark.parametrize(
        "asked",
        [
            "since=9999-12-30&until=9999-12-31",
            "since=0001-01-01&until=0001-01-02&versus=before",
            "since=0001-01-01&until=0001-01-02&versus=year",
            "versus=own&then_since=0001-01-01&then_until=0001-01-02",
        ],
    )
    @pytest.mark.parametrize("page", ["reports/", "reports.xlsx", "reports.pdf"])
    def test_beyond_the_calendar_are_no_period(self, cast: Cast, sign_in: SignIn, page: str, asked: str) -> None:
        assert sign_in(cast.zheng).get(f"/desk/{page}?{asked}").status_code == 422

    def test_beyond_the_calendar_are_no_time_for_a_visit(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        given = {"at": "9999-12-31T23:45", "minutes": "120", "request_key": str(uuid4())}
        answer = sign_in(cast.lan).post(f"/desk/member/{cast.city_id}/{someone.member_id}/visit/", given)
        assert answer.status_code == 422


class TestNumbers:
    @pytest.mark.parametrize("number", ["--5", "-", "5-", "+5", "٣", "５", "1e2", "0x5", "999999", ""])
    def test_that_are_none_set_no_rule(self, cast: Cast, sign_in: SignIn, number: str) -> None:
        given = {"place": f"city-{cast.city_id}", "why": "试试", "calls": number, "texts": "2", "days": "60", "lifetime": "20"}
        answer = sign_in(cast.operations).post("/desk/office/rules/contact.caps/", given)
        assert answer.status_code == 422
        assert stage.rows("SELECT count(*) FROM org_rule WHERE city_id = %(c)s", c=cast.city_id) == [(0,)]
