"""/desk/store/: the store's board, its share of the morning, and who may work; /desk/company/ and /desk/traces/."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import cast as stage
from tests.desk.test_team import called

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


class TestStore:
    def test_sums_up_by_team(self, cast: Cast, sign_in: SignIn) -> None:
        called(cast, cast.lan, team=cast.team, calls=5)
        called(cast, cast.mei, team=cast.team, calls=6)
        called(cast, cast.liu, team=cast.other_team, calls=7)
        answer = sign_in(cast.zheng).get("/desk/store/")
        assert [(team.name, team.calls) for team in answer.context["teams"]] == [("一组", 11), ("二组", 7)]
        assert answer.context["total"].calls == 18

    def test_warns_when_the_agreement_is_about_to_end(self, cast: Cast, sign_in: SignIn) -> None:
        stage.run("UPDATE org_agreement SET expires_on = current_date + 10 WHERE store_id = %(s)s", s=cast.east)
        assert "数据协议即将到期" in sign_in(cast.zheng).get("/desk/store/").content.decode()

    def test_still_opens_without_an_agreement_and_says_what_that_means(self, cast: Cast, sign_in: SignIn) -> None:
        cast.expire_agreement(cast.east)
        page = sign_in(cast.zheng).get("/desk/store/").content.decode()
        assert "全店看不到任何会员" in page
        assert "现在分配" not in page

    def test_names_who_has_not_passed_the_training(self, cast: Cast, sign_in: SignIn) -> None:
        cast.forget_training(cast.mei)
        answer = sign_in(cast.zheng).get("/desk/store/")
        assert [each.alias for each in answer.context["untrained"]] == ["mei老师"]

    @pytest.mark.parametrize("name", ["lan", "chen", "auditor", "operations"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        assert sign_in(cast.people[name]).get("/desk/store/").status_code == 403


class TestDeal:
    def test_gives_out_the_share_once(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(pooled=True)
        client = sign_in(cast.zheng)
        assert "现在分配" in client.get("/desk/store/").content.decode()
        assert client.post("/desk/store/deal/").status_code == 303
        held = stage.rows("SELECT how FROM pools_holding WHERE city_id = %(c)s", c=cast.city_id)
        assert held == [("dealt",)]
        page = client.get("/desk/store/").content.decode()
        assert "今天已分配 1 位会员" in page
        assert "现在分配" not in page
        again = client.post("/desk/store/deal/")
        assert again.status_code == 409
        assert "今天的系统分配已经做过" in again.content.decode()
        assert someone.alias not in page

    @pytest.mark.parametrize("name", ["lan", "chen", "operations"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        cast.member(pooled=True)
        assert sign_in(cast.people[name]).post("/desk/store/deal/").status_code == 403
        assert not stage.rows("SELECT 1 FROM pools_holding WHERE city_id = %(c)s", c=cast.city_id)


class TestCompany:
    @pytest.mark.parametrize("name", ["operations", "privacy_officer", "auditor", "fraud_desk", "trainer"])
    def test_counts_for_headquarters(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        answer = sign_in(cast.people[name]).get("/desk/company/")
        east = next(each for each in answer.context["stores"] if each.store_id == cast.east)
        assert (east.teams, east.staff, east.consultants, east.trained) == (2, 5, 3, 5)
        assert east.code in answer.content.decode()

    def test_shows_an_agreement_that_has_ended(self, cast: Cast, sign_in: SignIn) -> None:
        cast.expire_agreement(cast.west)
        answer = sign_in(cast.operations).get("/desk/company/")
        west = next(each for each in answer.context["stores"] if each.store_id == cast.west)
        assert not west.agreement_live
        assert "不在有效期" in answer.content.decode()

    @pytest.mark.parametrize("name", ["lan", "chen", "zheng"])
    def test_is_closed_to_stores(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        assert sign_in(cast.people[name]).get("/desk/company/").status_code == 403


class TestTraces:
    @pytest.mark.parametrize("name", ["lan", "zheng", "privacy_officer"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        assert sign_in(cast.people[name]).get("/desk/traces/").status_code == 403
