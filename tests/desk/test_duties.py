"""/desk/duties/: everything with a date, in four stretches, out of the facts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.rights import complaining, duties, requesting
from tests import cast as stage
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.cast import Cast, Person

    SignIn = Callable[[Person], Client]


def groups(client: Client) -> dict[str, list[tuple[str, str, int]]]:
    """Kind, name and days left, by stretch."""
    found = client.get("/desk/duties/").context["groups"]
    return {code: [(duty.kind, duty.name, left) for duty, _word, left in items] for code, _name, items in found}


class TestCalendar:
    def test_comes_from_the_facts(self, cast: Cast, sign_in: SignIn) -> None:
        today, client = day_of(stage.now()), sign_in(cast.privacy_officer)
        for store_id, days in ((cast.east, 5), (cast.west, -2)):
            stage.run(
                "UPDATE org_agreement SET expires_on = %(day)s WHERE store_id = %(id)s",
                day=today + timedelta(days=days),
                id=store_id,
            )
        stage.run(
            "UPDATE org_training SET valid_until = %(day)s WHERE staff_id = %(id)s",
            day=today + timedelta(days=20),
            id=cast.lan.staff_id,
        )
        found = groups(client)
        assert ("agreement", f"门店 {cast.code}E", 5) in found["week"]
        assert ("agreement", f"门店 {cast.code}W", -2) in found["late"]
        assert ("training", "", 20) in found["month"]
        assert any(kind == "assessment" for kind, _, _ in (*found["later"], *found["month"]))

    def test_counts_what_is_owed_to_people(self, cast: Cast, sign_in: SignIn) -> None:
        someone, by = cast.member(), cast.privacy_officer.actor()
        whose: dict[str, Any] = {"city_id": someone.city_id, "member_id": someone.member_id, "number_hash": None}
        longago = stage.now() - timedelta(days=93)
        requesting.open_request(by=by, **whose, kind="copy", text="x", now=longago)
        complaining.open_complaint(by=by, **whose, about="call", text="x", now=longago)
        late = groups(sign_in(cast.privacy_officer))["late"]
        assert ("complaint", "", -83) in late
        assert any(kind == "request" and left < 0 for kind, _, left in late)

    def test_lets_own_duties_be_ticked_off(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.privacy_officer)
        stage.run("DELETE FROM rights_duty")
        assert ("drill", "", 0) in groups(client)["week"]
        assert client.post("/desk/duties/done/", {"kind": "drill"}).status_code == 303
        assert ("drill", "", 365) in groups(client)["later"]

    def test_misses_what_the_programs_did_not_do(self, cast: Cast, sign_in: SignIn) -> None:
        client = sign_in(cast.privacy_officer)
        stage.run("DELETE FROM rights_duty")
        assert ("retention", "", 0) in groups(client)["week"]
        for days in (3, 0):
            with signed_in_as("worker"):
                duties.swept(by=Actor.system("forget_past"), now=stage.now() - timedelta(days=days))
            stretch, left = ("late", -2) if days else ("week", 1)
            assert ("retention", "", left) in groups(client)[stretch]

    def test_shows_operations_the_same_without_a_way_in(self, cast: Cast, sign_in: SignIn) -> None:
        page = sign_in(cast.operations).get("/desk/duties/").content.decode()
        assert "合规日历" in page
        assert "/desk/duties/done/" not in page

    @pytest.mark.parametrize("name", ["lan", "chen", "zheng", "auditor", "fraud_desk", "trainer"])
    def test_is_closed_to_others(self, cast: Cast, sign_in: SignIn, name: str) -> None:
        assert sign_in(cast.people[name]).get("/desk/duties/").status_code == 403
