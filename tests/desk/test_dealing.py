"""/desk/dealing/, /desk/rota/, /desk/here/, /desk/reshuffle/, /desk/tiers/: counts alone, and each act by whom it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import cast as stage
from tests.contracts.dealing_pages import review_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


class TestDealing:
    def test_shows_who_would_get_how_many_and_never_whom(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(pooled=True)
        answer = sign_in(cast.zheng).get("/desk/dealing/")
        assert answer.context["preview"].total == 1
        assert sum(row.total for row in answer.context["preview"].rows) == 1
        page = answer.content.decode()
        assert "lan老师" in page
        assert someone.alias not in page
        assert f"/{someone.member_id}/" not in page
        assert not stage.rows("SELECT 1 FROM pools_holding WHERE city_id = %(c)s", c=cast.city_id)

    def test_deals_undoes_and_deals_again(self, cast: Cast, sign_in: SignIn) -> None:
        cast.member(pooled=True)
        client = sign_in(cast.zheng)
        assert client.post("/desk/store/deal/", {"back": "dealing"}).headers["Location"] == "/desk/dealing/"
        page = client.get("/desk/dealing/").content.decode()
        assert "今天已分配 1 位会员" in page
        day = stage.rows("SELECT day::text FROM pools_dealt WHERE city_id = %(c)s", c=cast.city_id)[0][0]
        assert client.post("/desk/dealing/undo/", {"day": day}).status_code == 422
        assert client.post("/desk/dealing/undo/", {"day": day, "why": "分错了"}).status_code == 303
        page = client.get("/desk/dealing/").content.decode()
        assert "1 位回到公海，0 位" in page
        assert "分错了" in page
        assert not stage.rows("SELECT 1 FROM pools_holding WHERE city_id = %(c)s", c=cast.city_id)
        assert client.post("/desk/dealing/undo/", {"day": day, "why": "x"}).status_code == 409
        assert client.post("/desk/store/deal/").status_code == 303


class TestRota:
    def test_who_is_ticked_gets_nobody_and_the_page_says_why(self, cast: Cast, sign_in: SignIn) -> None:
        cast.member(pooled=True)
        client = sign_in(cast.zheng)
        cells = [cell for line in client.get("/desk/rota/").context["lines"] for cell in line.cells]
        keys = [cell.key for cell in cells]
        today = [cell.key for cell in cells if cell.day == cells[0].day]
        assert client.post("/desk/rota/", {"shown": keys, "off": today, "why": "培训"}).status_code == 303
        preview = client.get("/desk/dealing/").context["preview"]
        assert (preview.total, {row.reason for row in preview.rows}) == (0, {"off"})
        client.post("/desk/rota/", {"shown": keys, "off": []})
        assert client.get("/desk/dealing/").context["preview"].total == 1

    def test_refuses_what_it_has_not_shown_and_other_stores(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.zheng)
        key = client.get("/desk/rota/").context["lines"][0].cells[0].key
        day = key.split("@")[1]
        assert client.post("/desk/rota/", {"shown": [key], "off": [f"{cast.wu.staff_id}@{day}"]}).status_code == 422
        assert client.post("/desk/rota/", {"shown": [f"{cast.wu.staff_id}@{day}"]}).status_code == 404
        assert client.post("/desk/rota/", {"shown": ["x@y"]}).status_code == 422

    def test_a_consultant_says_that_they_are_here(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.lan)
        assert "我到岗了" in client.get("/desk/").content.decode()
        assert client.post("/desk/here/").status_code == 303
        assert "今天已到岗" in client.get("/desk/").content.decode()


class TestReshuffle:
    def test_is_begun_with_a_reason_and_shown(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.people["operations"])
        assert client.post("/desk/reshuffle/", {"city": cast.city_id, "why": "x"}).status_code == 409
        member = cast.member(pooled=True)
        stage.run(
            "UPDATE pools_entry SET pool_id = %(p)s WHERE city_id = %(c)s AND member_id = %(m)s",
            p=cast.city_pool,
            c=cast.city_id,
            m=member.member_id,
        )
        assert client.post("/desk/reshuffle/", {"city": cast.city_id, "why": ""}).status_code == 422
        assert client.post("/desk/reshuffle/", {"city": cast.city_id, "why": "新的权重"}).status_code == 303
        page = client.get("/desk/reshuffle/").content.decode()
        assert "进行中" in page
        assert "新的权重" in page


class TestTiers:
    def test_shows_the_results_and_takes_the_decision(self, cast: Cast, sign_in: SignIn) -> None:
        review = review_of(cast, cast.lan)
        client = sign_in(cast.zheng)
        assert "得分在两条线之间" in client.get("/desk/tiers/").content.decode()
        tier = stage.rows("SELECT tier FROM org_staff WHERE id = %(s)s", s=cast.lan.staff_id)[0][0]
        stage.run("UPDATE tiers_review SET tier_before = %(t)s WHERE city_id = %(c)s", t=tier, c=cast.city_id)
        assert client.post(f"/desk/tiers/{review}/decide/", {"tier": "Y", "why": ""}).status_code == 422
        assert client.post(f"/desk/tiers/{review}/decide/", {"tier": "Y", "why": "有进步空间"}).status_code == 303
        assert stage.rows("SELECT tier FROM org_staff WHERE id = %(s)s", s=cast.lan.staff_id)[0][0] == "Y"
        assert "有进步空间" in client.get("/desk/tiers/").content.decode()
        assert client.get("/desk/").status_code == 403
        assert sign_in(cast.lan).get("/desk/").status_code == 200, "a change of tier ends no session"
