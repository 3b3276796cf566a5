"""Cap hits and rests stand in the roll-ups beside the calls, each counted where it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.clock import day_of, start_of
from hongxian.outreach import tallying
from tests import cast as casting
from tests.outreach.test_gate import ask, contacted

if TYPE_CHECKING:
    from tests.cast import Cast, Person

pytestmark = pytest.mark.usefixtures("desk")


def counts(cast: Cast, person: Person) -> list[tuple[str, int, int]]:
    query = "SELECT span, cap_hits, rests FROM outreach_tally WHERE city_id = %(c)s AND staff_id = %(s)s ORDER BY span"
    return casting.rows(query, c=cast.city_id, s=person.staff_id)


class TestCapHits:
    def test_are_counted_for_who_pressed_in_the_hour_and_the_day(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        contacted(1, 2, 29.9)(cast, member)
        assert [ask(cast, member).reason for _ in range(2)] == ["cap_month", "cap_month"]
        assert counts(cast, cast.lan) == [("day", 2, 0), ("hour", 2, 0)]
        assert counts(cast, cast.mei) == []
        [(team_id, store_id)] = casting.rows(
            "SELECT DISTINCT team_id, store_id FROM outreach_tally WHERE staff_id = %(s)s", s=cast.lan.staff_id
        )
        assert (team_id, store_id) == (cast.team, cast.east)

    def test_are_not_refusals_for_other_reasons(self, cast: Cast) -> None:
        assert ask(cast, cast.member(held_by=cast.mei)).reason == "no_ground"
        assert counts(cast, cast.lan) == []

    def test_and_rests_add_up(self, cast: Cast) -> None:
        now = casting.now()
        tallying.rest(city_id=cast.city_id, staff_id=cast.lan.staff_id, now=now)
        denied = [(cast.mei.staff_id, "cap_day"), (cast.lan.staff_id, "cap_month"), (cast.lan.staff_id, "hours"), (0, "cap_day")]
        tallying.cap_hits(city_id=cast.city_id, denied=denied, now=now)
        tallying.rest(city_id=cast.city_id, staff_id=cast.lan.staff_id, now=now)
        assert counts(cast, cast.lan) == [("day", 1, 2), ("hour", 1, 2)]
        assert counts(cast, cast.mei) == [("day", 1, 0), ("hour", 1, 0)]
        begins = casting.rows("SELECT begins FROM outreach_tally WHERE staff_id = %(s)s AND span = 'day'", s=cast.lan.staff_id)
        assert begins == [(start_of(day_of(now)),)]
