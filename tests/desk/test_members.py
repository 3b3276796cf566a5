"""/desk/members/: who is there, where, and who may not be contacted; filing a refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


def rest(cast: Cast, member_id: int) -> None:
    """Three times no answer."""
    stage.insert_bare(
        "pools_resting",
        city_id=cast.city_id,
        member_id=member_id,
        pool_id=cast.east_pool,
        until=stage.now() + timedelta(days=30),
        reason="no_answer",
    )


class TestMembers:
    def test_says_where_each_is(self, cast: Cast, sign_in: SignIn) -> None:
        pooled, held, resting = cast.member(pooled=True), cast.member(held_by=cast.lan), cast.member()
        silent, gone, alone = cast.member(consents=()), cast.member(state="erased"), cast.member()
        rest(cast, resting.member_id)
        answer = sign_in(cast.zheng).get("/desk/members/")
        places = {row.member_id: row.place for row in answer.context["rows"]}
        assert places == {
            pooled.member_id: "pool",
            held.member_id: "held",
            resting.member_id: "resting",
            silent.member_id: "no_consent",
            gone.member_id: "erased",
            alone.member_id: "none",
        }
        page = answer.content.decode()
        assert "不可联系：没有有效授权" in page
        assert "lan老师负责" in page

    def test_a_withdrawn_consent_is_none(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        stage.withdrawal(someone, "outreach.call")
        [row] = sign_in(cast.zheng).get("/desk/members/").context["rows"]
        assert (row.place, row.holder) == ("no_consent", "lan老师")

    def test_shows_nothing_sealed_and_no_other_store(self, cast: Cast, sign_in: SignIn) -> None:
        someone, foreign = cast.member(held_by=cast.lan), cast.member(west=True)
        page = sign_in(cast.zheng).get("/desk/members/").content.decode()
        assert f"{cast.code}{someone.member_id:09d}" in page
        assert f"{foreign.member_id:09d}" not in page
        assert not any(secret in page for secret in (*someone.secrets, someone.alias))

    def test_is_one_trace_with_everybody_on_the_page(self, cast: Cast, sign_in: SignIn) -> None:
        ids = {cast.member().member_id for _ in range(3)}
        sign_in(cast.zheng).get("/desk/members/")
        found = stage.rows(
            "SELECT member_ids, purpose, staff_id FROM audit_trace WHERE city_id = %(c)s AND action = 'member.library'",
            c=cast.city_id,
        )
        assert [(set(row[0]), row[1], row[2]) for row in found] == [(ids, "pool.card", cast.zheng.staff_id)]

    def test_filters_by_place(self, cast: Cast, sign_in: SignIn) -> None:
        cast.member(pooled=True)
        silent = cast.member(consents=())
        answer = sign_in(cast.zheng).get("/desk/members/?place=no_consent")
        assert [row.member_id for row in answer.context["rows"]] == [silent.member_id]

    def test_an_unknown_place_is_not_found(self, cast: Cast, sign_in: SignIn) -> None:
        assert sign_in(cast.zheng).get("/desk/members/?place=elsewhere").status_code == 404

    def test_goes_on_by_key(self, cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("hongxian.outreach.library.PAGE", 2)
        ids = sorted((cast.member().member_id for _ in range(5)), reverse=True)
        client, seen, address = sign_in(cast.zheng), [], "/desk/members/?place="
        while address:
            context = client.get(address).context
            seen.append([row.member_id for row in context["rows"]])
            address = f"/desk/members/?place=&below={context['next']}" if context["next"] else ""
        assert seen == [ids[:2], ids[2:4], ids[4:]]
        assert "没有更多了" in client.get(f"/desk/members/?place=&below={ids[-1]}").content.decode()

    def test_counts_by_the_same_rule(self, cast: Cast, sign_in: SignIn) -> None:
        cast.member(pooled=True)
        cast.member(held_by=cast.lan)
        cast.member(consents=())
        cast.member(consents=(), west=True)
        answer = sign_in(cast.zheng).get("/desk/members/counts/")
        known = {code: number for code, _name, number in answer.context["counts"]}
        assert known == {
            "pool": 1, "held": 1, "resting": 0, "no_consent": 1, "suppressed": 0, "barred": 0, "erased": 0, "none": 0,
        }  # fmt: skip

    @pytest.mark.parametrize("name", ["lan", "chen", "operations", "auditor"])
    @pytest.mark.parametrize("page", ["", "counts/"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str, page: str) -> None:
        assert sign_in(cast.people[name]).get(f"/desk/members/{page}").status_code == 403

    def test_says_so_when_nobody_is_there(self, cast: Cast, sign_in: SignIn) -> None:
        assert "本店还没有会员" in sign_in(cast.zheng).get("/desk/members/").content.decode()


class TestRefuse:
    def test_is_final_at_once(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(held_by=cast.lan)
        client = sign_in(cast.zheng)
        address = f"/desk/members/{someone.city_id}/{someone.member_id}/refuse/"
        assert "员工不能撤销" in client.get(address).content.decode()
        assert client.post(address, {"reason": "complained"}).status_code == 303
        [row] = client.get("/desk/members/").context["rows"]
        assert row.place == "suppressed"
        assert not stage.rows("SELECT 1 FROM pools_holding WHERE city_id = %(c)s", c=cast.city_id)

    def test_wants_a_reason_from_the_list(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member()
        answer = sign_in(cast.zheng).post(f"/desk/members/{someone.city_id}/{someone.member_id}/refuse/", {"reason": "bored"})
        assert answer.status_code == 422
        assert "请选择列表中的原因" in answer.content.decode()

    def test_of_another_stores_member_is_not_found(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(west=True)
        answer = sign_in(cast.zheng).post(f"/desk/members/{someone.city_id}/{someone.member_id}/refuse/", {"reason": "refused"})
        assert answer.status_code == 404
        assert stage.traces(someone)[-1][3:5] == ("denied", "no_ground")

    def test_reads_nothing_before_it_is_filed(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(west=True)
        assert sign_in(cast.zheng).get(f"/desk/members/{someone.city_id}/{someone.member_id}/refuse/").status_code == 200
        assert not stage.traces(someone)
