"""/desk/persons/: deceased, restricted and minor: from the commit on no page of staff shows anything."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of
from tests import cast as stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person, Someone

    SignIn = Callable[[Person], Client]


def places(someone: Someone) -> int:
    """In how many pools, hands and rests a member is, and how many grounds there are."""
    tables = ("pools_entry", "pools_holding", "pools_resting", "vault_ground")
    return sum(
        stage.rows(
            f"SELECT count(*) FROM {table} WHERE city_id = %(c)s AND member_id = %(m)s", c=someone.city_id, m=someone.member_id
        )[0][0]
        for table in tables
    )


def address(someone: Someone) -> str:
    return f"/desk/persons/{someone.city_id}/{someone.member_id}/"


class TestState:
    @pytest.mark.parametrize("to", ["deceased", "restricted"])
    def test_stops_everything_of_staff(self, cast: Cast, sign_in: SignIn, to: str) -> None:
        held, pooled = cast.member(held_by=cast.lan), cast.member(pooled=True)
        consultant, officer = sign_in(cast.lan), sign_in(cast.privacy_officer)
        page = f"/desk/member/{held.city_id}/{held.member_id}/"
        assert held.alias in consultant.get(page).content.decode()
        for someone in (held, pooled):
            assert officer.post(f"{address(someone)}state/", {"to": to, "why": "kin"}).status_code == 303
            assert places(someone) == 0
        assert consultant.get(page).status_code == 404
        assert consultant.post(f"{page}number/").status_code == 404
        stage.ground(held, cast.lan)  # even with a ground that somebody slipped in
        assert consultant.get(page).status_code == 404
        assert consultant.post(f"{page}number/").status_code in {403, 404}
        trace = stage.traces(held, action="member.set_state")[-1]
        assert (trace[3], trace[4], trace[5]) == ("allowed", f"{to} kin", cast.privacy_officer.staff_id)

    def test_lifted_leaves_the_person_out_of_the_pool(self, cast: Cast, sign_in: SignIn) -> None:
        someone, officer = cast.member(pooled=True), sign_in(cast.privacy_officer)
        officer.post(f"{address(someone)}state/", {"to": "restricted", "why": "person"})
        assert officer.post(f"{address(someone)}state/", {"to": "restricted", "why": "person"}).status_code == 409
        assert officer.post(f"{address(someone)}state/", {"to": "live", "why": "person"}).status_code == 303
        assert places(someone) == 0
        assert officer.post(f"{address(someone)}state/", {"to": "live", "why": "person"}).status_code == 409

    @pytest.mark.parametrize(
        "form", [{}, {"to": "deceased"}, {"why": "kin"}, {"to": "erased", "why": "kin"}, {"to": "deceased", "why": "他说的"}]
    )
    def test_wants_choices_from_the_lists(self, cast: Cast, sign_in: SignIn, form: dict[str, str]) -> None:
        someone = cast.member(pooled=True)
        assert sign_in(cast.privacy_officer).post(f"{address(someone)}state/", form).status_code == 422
        assert places(someone) == 1

    def test_of_an_erased_record_is_not_found(self, cast: Cast, sign_in: SignIn) -> None:
        someone = cast.member(state="erased")
        answer = sign_in(cast.privacy_officer).post(f"{address(someone)}state/", {"to": "deceased", "why": "kin"})
        assert answer.status_code == 404


class TestBirth:
    @pytest.mark.parametrize(("days", "state"), [(-1, "minor"), (0, "live"), (1, "live")])
    def test_under_eighteen_makes_a_minor(self, cast: Cast, sign_in: SignIn, days: int, state: str) -> None:
        """The eighteenth birthday is the first day on which somebody is of age."""
        someone, today = cast.member(held_by=cast.lan), day_of(stage.now())
        eighteen = today.replace(year=today.year - 18) - timedelta(days=days)
        answer = sign_in(cast.privacy_officer).post(f"{address(someone)}birth/", {"birth": eighteen, "why": "papers"})
        assert answer.status_code == 303
        [(now_is, year)] = stage.rows("SELECT state, birth_year FROM members_member WHERE id = %(id)s", id=someone.member_id)
        assert (now_is, year) == (state, eighteen.year)
        held = sign_in(cast.lan).get(f"/desk/member/{someone.city_id}/{someone.member_id}/")
        assert held.status_code == (200 if state == "live" else 404)
        assert (places(someone) == 0) is (state == "minor")

    def test_corrected_makes_a_minor_live_again_and_nothing_else_does(self, cast: Cast, sign_in: SignIn) -> None:
        someone, officer = cast.member(state="minor"), sign_in(cast.privacy_officer)
        assert officer.post(f"{address(someone)}state/", {"to": "live", "why": "mistake"}).status_code == 409
        assert officer.post(f"{address(someone)}birth/", {"birth": "1990-05-05", "why": "papers"}).status_code == 303
        assert stage.rows("SELECT state FROM members_member WHERE id = %(id)s", id=someone.member_id) == [("live",)]

    @pytest.mark.parametrize("birth", ["2999-01-01", "1800-01-01", "昨天", ""])
    def test_wants_a_birth_date(self, cast: Cast, sign_in: SignIn, birth: str) -> None:
        someone = cast.member()
        answer = sign_in(cast.privacy_officer).post(f"{address(someone)}birth/", {"birth": birth, "why": "papers"})
        assert answer.status_code == 422


class TestNumber:
    def test_leads_to_the_record_and_names_nobody(self, cast: Cast, sign_in: SignIn) -> None:
        someone, client = cast.member(), sign_in(cast.privacy_officer)
        answer = client.get(f"/desk/persons/?number={cast.code}{someone.member_id:09d}")
        assert answer.headers["Location"] == address(someone)
        page = client.get(address(someone)).content.decode()
        assert f"{cast.code}{someone.member_id:09d}" in page
        assert not any(secret in page for secret in (*someone.secrets, someone.alias))
        assert stage.traces(someone, action="member.state")[-1][6] == ["resource_no"]

    @pytest.mark.parametrize("typed", ["??1", "abc", "13800138000", "zz"])
    def test_that_cannot_be_read_is_said_so(self, cast: Cast, sign_in: SignIn, typed: str) -> None:
        assert sign_in(cast.privacy_officer).get("/desk/persons/", {"number": typed}).status_code in {303, 422}
