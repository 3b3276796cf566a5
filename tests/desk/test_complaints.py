"""/desk/complaints/: the store reads and comments; its try to close is refused and traced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hongxian.rights import complaining
from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person, Someone

    SignIn = Callable[[Person], Client]


def complained(cast: Cast, someone: Someone, *, store_id: int | None = None) -> str:
    made = complaining.open_complaint(
        by=cast.privacy_officer.actor(),
        city_id=someone.city_id,
        member_id=someone.member_id,
        number_hash=None,
        about="staff",
        text="说过不要再打电话",
        store_id=store_id or cast.east,
        staff_alias="lan老师",
        now=stage.now(),
    )
    return f"/desk/complaints/{made.city_id}/{made.complaint_id}/"


class TestStore:
    def test_reads_and_comments_but_sees_not_whose_it_is(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        address, client = complained(cast, someone), sign_in(cast.zheng)
        assert address in client.get("/desk/complaints/").content.decode()
        page = client.get(address).content.decode()
        assert "说过不要再打电话" in page
        assert f"{someone.member_id:09d}" not in page
        assert f"{address}close/" not in page
        assert client.post(f"{address}comment/", {"text": "已经提醒顾问"}).status_code == 303
        assert "已经提醒顾问" in sign_in(cast.privacy_officer).get(address).content.decode()

    def test_that_closes_is_refused_and_the_try_is_on_record(self, cast: Cast, sign_in: SignIn) -> None:
        address = complained(cast, cast.member())
        answer = sign_in(cast.zheng).post(f"{address}close/", {"text": "已解决"})
        assert answer.status_code == 403
        [denied] = stage.rows(
            "SELECT action, reason FROM audit_trace WHERE staff_id = %(id)s AND outcome = 'denied'", id=cast.zheng.staff_id
        )
        assert denied == ("desk.open", "role")
        assert "已答复结案" not in sign_in(cast.privacy_officer).get("/desk/complaints/").content.decode().split(address)[1][:900]

    def test_of_another_finds_nothing(self, cast: Cast, sign_in: SignIn) -> None:
        address, client = complained(cast, cast.member()), sign_in(cast.xu)
        assert address not in client.get("/desk/complaints/").content.decode()
        assert client.get(address).status_code == 404
        assert client.post(f"{address}comment/", {"text": "x"}).status_code == 404

    @pytest.mark.parametrize("name", ["lan", "chen", "operations", "auditor", "fraud_desk"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        address = complained(cast, cast.member())
        client = sign_in(cast.people[name])
        assert client.get("/desk/complaints/").status_code == 403
        assert client.get(address).status_code == 403


class TestOfficer:
    def test_answers_and_closes(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        address, client = complained(cast, someone), sign_in(cast.privacy_officer)
        assert "12315" in client.get(address).content.decode()
        assert client.post(f"{address}close/", {"text": " "}).status_code == 422
        assert client.post(f"{address}close/", {"text": "已停止联系，向您道歉"}).status_code == 303
        page = client.get(address).content.decode()
        assert "已停止联系，向您道歉" in page
        assert "已答复结案" in page
        assert client.post(f"{address}close/", {"text": "再次"}).status_code == 409
        assert stage.traces(someone, action="complaint.close")[-1][3] == "allowed"
