"""/desk/requests/: the queue and its clocks, reading against a trace, answering, declining with reason and route."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.rights import requesting
from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.test import Client

    from tests.cast import Cast, Person, Someone

    SignIn = Callable[[Person], Client]


def opened(cast: Cast, someone: Someone, *, text: str = "请删除我的资料", now: datetime | None = None) -> str:
    made = requesting.open_request(
        by=cast.privacy_officer.actor(),
        city_id=someone.city_id,
        member_id=someone.member_id,
        number_hash=None,
        kind="delete",
        text=text,
        now=now or stage.now(),
    )
    return f"/desk/requests/{made.city_id}/{made.request_id}/"


class TestQueue:
    def test_shows_the_clock_and_no_person(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        address = opened(cast, someone)
        page = sign_in(cast.privacy_officer).get("/desk/requests/").content.decode()
        assert address in page
        assert "还有 15 个工作日" in page
        assert f"{someone.member_id:09d}" not in page
        assert not any(secret in page for secret in (*someone.secrets, someone.alias, "请删除我的资料"))

    def test_says_what_is_late(self, cast: Cast, sign_in: SignIn) -> None:
        opened(cast, cast.member(), now=stage.now() - timedelta(days=60))
        answer = sign_in(cast.privacy_officer).get("/desk/requests/")
        assert "已超期" in answer.content.decode()
        assert answer.context["late"] >= 1
        assert answer.context["spans"].columns[0].count == answer.context["late"]

    def test_is_where_the_privacy_officer_begins(self, cast: Cast, sign_in: SignIn) -> None:
        assert sign_in(cast.privacy_officer).get("/").headers["Location"] == "/desk/requests/"


class TestRequest:
    def test_shows_the_words_against_a_trace(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        page = sign_in(cast.privacy_officer).get(opened(cast, someone)).content.decode()
        assert "请删除我的资料" in page
        assert f"{cast.code}{someone.member_id:09d}" in page
        assert stage.traces(someone, action="rights.read")[-1][3] == "allowed"

    def test_shows_nothing_while_the_purpose_has_no_assessment(self, cast: Cast, sign_in: SignIn) -> None:
        address, client = opened(cast, cast.member()), sign_in(cast.privacy_officer)
        latest = "(SELECT max(id) FROM consent_assessment WHERE purpose = 'rights.request')"
        [(until,)] = stage.rows(f"SELECT valid_until FROM consent_assessment WHERE id = {latest}")
        stage.run(f"UPDATE consent_assessment SET valid_until = signed_on - 1, signed_on = signed_on - 1 WHERE id = {latest}")
        try:
            answer = client.get(address)
        finally:
            stage.run(
                f"UPDATE consent_assessment SET valid_until = %(until)s, signed_on = signed_on + 1 WHERE id = {latest}",
                until=until,
            )
        assert answer.status_code == 403
        assert "请删除我的资料" not in answer.content.decode()

    def test_is_taken_noted_and_answered(self, cast: Cast, sign_in: SignIn) -> None:
        address, client = opened(cast, cast.member()), sign_in(cast.privacy_officer)
        assert client.post(f"{address}take/").status_code == 303
        assert client.post(f"{address}note/", {"text": "正在核对"}).status_code == 303
        assert client.post(f"{address}answer/", {"text": "已经删除"}).status_code == 303
        page = client.get(address).content.decode()
        assert [word for word in ("开始办理", "正在核对", "已经删除", "已办结") if word not in page] == []
        assert client.post(f"{address}answer/", {"text": "再答一次"}).status_code == 409
        assert client.post(f"{address}take/").status_code == 404

    @pytest.mark.parametrize(
        "form",
        [
            {"text": "不行"},
            {"text": "不行", "reason": "identity"},
            {"text": "不行", "route": "court"},
            {"text": "", "reason": "identity", "route": "court"},
            {"text": "不行", "reason": "whim", "route": "court"},
        ],
    )
    def test_is_declined_with_reason_and_route_only(self, cast: Cast, sign_in: SignIn, form: dict[str, str]) -> None:
        address, client = opened(cast, cast.member()), sign_in(cast.privacy_officer)
        answer = client.post(f"{address}decline/", form)
        assert answer.status_code == 422
        assert form["text"] in answer.content.decode(), "what was written is not lost"
        whole = {"text": "无法核实", "reason": "identity", "route": "12377"}
        assert client.post(f"{address}decline/", whole).status_code == 303
        page = client.get(address).content.decode()
        assert "无法确认是本人提出" in page
        assert "12377" in page

    def test_of_kin_reminds_of_what_kin_may_not_see(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(state="deceased")
        made = requesting.open_request(
            by=cast.privacy_officer.actor(),
            city_id=someone.city_id,
            member_id=someone.member_id,
            number_hash=None,
            kind="kin",
            text="我是她的女儿",
            now=stage.now(),
        )
        page = sign_in(cast.privacy_officer).get(f"/desk/requests/{made.city_id}/{made.request_id}/").content.decode()
        assert "聊天内容不提供" in page

    def test_that_was_erased_says_so(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        address = opened(cast, someone)
        stage.run("DELETE FROM vault_datakey WHERE member_id = %(id)s", id=someone.member_id)
        stage.run("DELETE FROM vault_envelope WHERE member_id = %(id)s", id=someone.member_id)
        page = sign_in(cast.privacy_officer).get(address).content.decode()
        assert "原文已随资料删除" in page
