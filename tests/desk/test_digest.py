"""/desk/digest/: a store's manager sets up its groups; what went in is shown to nobody again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.owner import insert_bare, now, rows
from tests.reports import robots as standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]

FORM = {"address": standing.FEISHU, "secret": standing.FEISHU_SECRET, "team": "", "why": "组长群"}


class TestPage:
    def test_adds_stops_and_resumes(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        assert "还没有群接收简报" in client.get("/desk/digest/").content.decode()
        assert client.post("/desk/digest/", FORM | {"team": str(cast.team)}).status_code == 303
        page = client.get("/desk/digest/").content.decode()
        assert "飞书" in page
        assert "还没有发过" in page
        for secret in (standing.FEISHU, standing.FEISHU_SECRET):
            assert secret not in page
        [(number,)] = rows("SELECT id FROM reports_channel WHERE city_id = %(c)s", c=cast.city_id)
        assert client.post(f"/desk/digest/{number}/turn/", {"active": "0", "why": "换群"}).status_code == 303
        assert "已停用" in client.get("/desk/digest/").content.decode()
        assert client.post(f"/desk/digest/{number}/turn/", {"active": "1", "why": ""}).status_code == 422

    def test_says_what_is_wrong_and_does_not_give_the_address_back(self, cast: Cast, sign_in: SignIn) -> None:
        answer = sign_in(cast.zheng).post("/desk/digest/", FORM | {"secret": ""})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "签名校验" in page
        assert "组长群" in page
        assert standing.FEISHU not in page

    def test_says_in_words_how_the_last_one_went(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        client.post("/desk/digest/", FORM)
        [(number,)] = rows("SELECT id FROM reports_channel WHERE city_id = %(c)s", c=cast.city_id)
        insert_bare(
            "reports_digest",
            city_id=cast.city_id,
            channel_id=number,
            hour=now(),
            state="failed",
            tries=1,
            retry_at=now(),
            code="19021",
        )
        assert "签名不对：检查密钥和服务器时间" in client.get("/desk/digest/").content.decode()

    def test_lets_operations_choose_a_store(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.operations)
        assert "请先选择门店" in client.get("/desk/digest/").content.decode()
        assert client.post(f"/desk/digest/?store={cast.west}", FORM).status_code == 303
        assert "飞书" in client.get("/desk/digest/", {"store": cast.west}).content.decode()
        assert client.get("/desk/digest/", {"store": 2**40}).status_code == 404
        assert "还没有群接收简报" in sign_in(cast.zheng).get("/desk/digest/").content.decode()
