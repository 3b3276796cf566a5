"""Counts of texts: kept with each change, in the hour of the hand over, and equal to a recount."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.outreach import counting
from hongxian.outreach.counting import Change
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.outreach.messages import text_of, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast

MORNING = datetime(2026, 11, 2, 9, 59, 58, tzinfo=COMPANY_ZONE)
NEXT = {
    "waiting": ("handing", "dropped", "stopped"),
    "handing": ("handed", "unknown", "failed", "waiting"),
    "handed": ("delivered", "failed", "unknown"),
    "unknown": ("delivered", "failed"),
}


@pytest.fixture(autouse=True)
def worker(company: None) -> Iterator[None]:
    with signed_in_as("worker"):
        yield


def tallies(cast: Cast, span: str) -> list[tuple[Any, ...]]:
    return casting.rows(
        "SELECT staff_id, how, handed, parts, delivered, failed, unknown, dropped, opted_out FROM outreach_texttally"
        " WHERE city_id = %(city_id)s AND span = %(span)s ORDER BY begins, staff_id, how",
        city_id=cast.city_id,
        span=span,
    )


def change(cast: Cast, was: str, state: str, **more: Any) -> Change:
    given: dict[str, Any] = {
        "staff_id": cast.lan.staff_id,
        "store_id": cast.east,
        "team_id": cast.team,
        "version_id": 1,
        "how": "hand",
        "moment": MORNING,
        "parts": 2,
    }
    return Change(was=was, state=state, **(given | more))


class TestAdd:
    def test_a_batch_is_one_row_an_hour_and_a_day(self, cast: Cast) -> None:
        counting.add(city_id=cast.city_id, changes=[change(cast, "handing", "handed") for _ in range(300)])
        assert tallies(cast, "hour") == tallies(cast, "day") == [(cast.lan.staff_id, "hand", 300, 600, 0, 0, 0, 0, 0)]

    def test_a_later_report_counts_into_the_hour_of_the_hand_over(self, cast: Cast) -> None:
        counting.add(city_id=cast.city_id, changes=[change(cast, "handing", "handed")])
        counting.add(city_id=cast.city_id, changes=[change(cast, "handed", "unknown")])
        counting.add(city_id=cast.city_id, changes=[change(cast, "unknown", "delivered")])
        assert tallies(cast, "hour") == [(cast.lan.staff_id, "hand", 1, 2, 1, 0, 0, 0, 0)]

    def test_a_report_that_comes_again_counts_nothing(self, cast: Cast) -> None:
        counting.add(city_id=cast.city_id, changes=[change(cast, "handed", "handed"), change(cast, "delivered", "delivered")])
        assert tallies(cast, "hour") == []

    def test_dropped_ones_were_never_handed_over(self, cast: Cast) -> None:
        counting.add(city_id=cast.city_id, changes=[change(cast, "waiting", "dropped"), change(cast, "waiting", "stopped")])
        assert tallies(cast, "day") == [(cast.lan.staff_id, "hand", 0, 0, 0, 0, 0, 1, 0)]

    def test_who_changes_team_has_two_rows(self, cast: Cast) -> None:
        batch = [change(cast, "handing", "handed"), change(cast, "handing", "handed", team_id=cast.other_team)]
        counting.add(city_id=cast.city_id, changes=batch)
        assert len(tallies(cast, "day")) == 2

    def test_what_is_rolled_back_is_not_counted(self, cast: Cast) -> None:
        with transaction.atomic():
            counting.add(city_id=cast.city_id, changes=[change(cast, "handing", "handed")])
            transaction.set_rollback(True)
        assert tallies(cast, "day") == []


class TestRecount:
    def test_any_course_of_events_equals_its_recount(self, cast: Cast) -> None:
        """Texts that go their ways at random over three days, each change counted with it."""
        dice, version = random.Random(4), version_of()
        for _ in range(60):
            person = dice.choice([cast.lan, cast.mei])
            at = MORNING + timedelta(minutes=dice.randrange(3 * 1440))
            number = text_of(cast, person, version_id=version, at=at, how=dice.choice(["hand", "automatic"]))
            self._go(cast, dice, number, at)
        assert self._differences(cast) == []

    def test_what_somebody_alters_behind_its_back_is_found(self, cast: Cast) -> None:
        text_of(cast, cast.lan, version_id=version_of(), at=MORNING, state="delivered", parts=2)
        (day, hour) = self._differences(cast)
        assert (day.span, hour.span) == ("day", "hour")
        assert (hour.kept, hour.counted) == ([0] * 7, [1, 2, 1, 0, 0, 0, 0])
        assert hour.begins == MORNING.replace(minute=0, second=0)

    def _go(self, cast: Cast, dice: random.Random, number: int, at: datetime) -> None:
        state, moment = "waiting", at
        while state in NEXT and dice.random() < 0.85:
            was, state = state, dice.choice(NEXT[state])
            moment += timedelta(minutes=dice.randrange(50))
            self._step(cast, number, was, state, moment)

    def _step(self, cast: Cast, number: int, was: str, state: str, moment: datetime) -> None:
        with transaction.atomic():
            (row,) = casting.rows(
                "UPDATE outreach_message SET state = %(state)s, parts = 2, permit_id = 1,"
                " handing_at = CASE WHEN %(state)s = 'handing' THEN %(moment)s ELSE handing_at END,"
                " ended_at = CASE WHEN %(state)s IN ('dropped', 'failed', 'delivered', 'unknown') THEN %(moment)s END"
                " WHERE id = %(number)s AND city_id = %(city_id)s"
                " RETURNING staff_id, store_id, team_id, version_id, how, coalesce(handing_at, ended_at, at), parts",
                city_id=cast.city_id,
                number=number,
                state=state,
                moment=moment,
            )
            staff_id, store_id, team_id, version_id, how, began, parts = row
            done = Change(
                staff_id=staff_id,
                store_id=store_id,
                team_id=team_id,
                version_id=version_id,
                how=how,
                moment=began,
                was=was,
                state=state,
                parts=parts,
            )
            counting.add(city_id=cast.city_id, changes=[done])

    def _differences(self, cast: Cast) -> list[counting.Difference]:
        day = day_of(MORNING)
        return counting.recount(city_id=cast.city_id, since=day - timedelta(days=1), until=day + timedelta(days=5))
