"""/desk/team/: a manager's board, and handing members over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.clock import day_of, hour_of, start_of
from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


def called(cast: Cast, person: Person, *, team: int, calls: int = 5, refusals: int = 1, visits: int = 1) -> None:
    """A consultant's hour, as filing outcomes leaves it."""
    now = stage.now()
    for span, begins in (("hour", hour_of(now)), ("day", start_of(day_of(now)))):
        stage.insert_bare(
            "outreach_tally",
            city_id=cast.city_id,
            staff_id=person.staff_id,
            span=span,
            begins=begins,
            store_id=cast.east,
            team_id=team,
            calls=calls,
            connects=3,
            no_answers=2,
            interested=1,
            visits=visits,
            refusals=refusals,
        )


class TestTeam:
    def test_shows_the_teams_own_consultants_and_no_others(self, cast: Cast, sign_in: SignIn) -> None:
        called(cast, cast.lan, team=cast.team)
        called(cast, cast.liu, team=cast.other_team, calls=77)
        page = sign_in(cast.chen).get("/desk/team/").content.decode()
        assert "lan老师" in page
        assert "mei老师" in page
        assert "liu老师" not in page
        assert "wu老师" not in page
        assert "<b>77</b>" not in page

    def test_puts_refusals_beside_visits(self, cast: Cast, sign_in: SignIn) -> None:
        called(cast, cast.lan, team=cast.team, calls=10, refusals=4, visits=1)
        answer = sign_in(cast.chen).get("/desk/team/")
        assert answer.context["total"].refusals == 4
        assert answer.context["total"].visits_per_hundred == "10.0"
        assert "hx-tile-warn" in answer.content.decode()

    def test_draws_the_day_with_a_table_beside_it(self, cast: Cast, sign_in: SignIn) -> None:
        called(cast, cast.lan, team=cast.team)
        page = sign_in(cast.chen).get("/desk/team/").content.decode()
        assert "<svg" in page
        assert "<caption>今天每小时</caption>" in page
        assert " style=" not in page

    def test_shows_the_whole_store_to_its_manager(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.zheng).get("/desk/team/").content.decode()
        assert "lan老师" in page
        assert "liu老师" in page
        assert "wu老师" not in page

    def test_asks_for_its_live_part_alone(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.chen).get("/desk/team/").content.decode()
        assert 'id="live" data-live hx-get="/desk/team/" hx-trigger="every 15s"' in page

    @pytest.mark.parametrize("name", ["lan", "auditor", "operations", "privacy_officer"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        assert sign_in(cast.people[name]).get("/desk/team/").status_code == 403


class TestHoldings:
    def test_shows_resource_numbers_and_nothing_sealed(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        page = sign_in(cast.chen).get(f"/desk/team/{cast.lan.staff_id}/").content.decode()
        assert f"{cast.code}{someone.member_id:09d}" in page
        assert someone.alias not in page
        assert not any(secret in page for secret in someone.secrets)

    def test_is_a_trace_about_everybody_on_the_page(self, cast: Cast, sign_in: SignIn) -> None:
        both = [cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)]
        sign_in(cast.chen).get(f"/desk/team/{cast.lan.staff_id}/")
        for someone in both:
            [trace] = stage.traces(someone)
            assert trace[3] == "allowed"
            assert trace[5] == cast.chen.staff_id

    @pytest.mark.parametrize("name", ["liu", "wu", "chen"])
    def test_of_somebody_elses_consultant_is_not_found(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        assert sign_in(cast.chen).get(f"/desk/team/{cast.people[name].staff_id}/").status_code == 404

    def test_of_nothing_says_so(self, cast: Cast, sign_in: SignIn) -> None:
        assert "名下没有会员" in sign_in(cast.chen).get(f"/desk/team/{cast.lan.staff_id}/").content.decode()


class TestReassign:
    def hand_over(self, client: Client, of: Person, to: Person | str, members: list[int]) -> Any:
        to_id = to if isinstance(to, str) else to.staff_id
        return client.post(f"/desk/team/{of.staff_id}/reassign/", {"to": to_id, "member": members})

    def holder(self, cast: Cast, member_id: int) -> int:
        found = stage.rows(
            "SELECT staff_id FROM pools_holding WHERE city_id = %(c)s AND member_id = %(m)s", c=cast.city_id, m=member_id
        )
        return int(found[0][0])

    def test_moves_the_ticked_ones(self, cast: Cast, sign_in: SignIn) -> None:
        moved, stays = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        answer = self.hand_over(sign_in(cast.chen), cast.lan, cast.mei, [moved.member_id])
        assert answer.status_code == 303
        assert self.holder(cast, moved.member_id) == cast.mei.staff_id
        assert self.holder(cast, stays.member_id) == cast.lan.staff_id

    def test_tells_beside_the_list_why_not(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        answer = self.hand_over(sign_in(cast.chen), cast.lan, cast.liu, [someone.member_id])
        page = answer.content.decode()
        assert "接收人必须是您管理的" in page
        assert f'value="{someone.member_id}"' in page
        assert "checked" in page
        assert self.holder(cast, someone.member_id) == cast.lan.staff_id

    def test_of_nobody_asks_to_tick_somebody(self, cast: Cast, sign_in: SignIn) -> None:
        cast.member(held_by=cast.lan)
        answer = self.hand_over(sign_in(cast.chen), cast.lan, cast.mei, [])
        assert answer.status_code == 422
        assert "请勾选会员" in answer.content.decode()

    def test_of_a_strangers_member_moves_none(self, cast: Cast, sign_in: SignIn) -> None:
        mine, foreign = cast.member(held_by=cast.lan), cast.member(held_by=cast.wu, west=True)
        answer = self.hand_over(sign_in(cast.chen), cast.lan, cast.mei, [mine.member_id, foreign.member_id])
        assert answer.status_code == 404
        assert self.holder(cast, mine.member_id) == cast.lan.staff_id

    def test_is_closed_to_consultants(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        answer = self.hand_over(sign_in(cast.lan), cast.lan, cast.mei, [someone.member_id])
        assert answer.status_code == 403
