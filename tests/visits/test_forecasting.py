"""The weekend's forecast: it knows only what was known, and its range holds about as often as it says."""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from hongxian.kernel.clock import COMPANY_ZONE, start_of
from hongxian.kernel.refusal import NotAllowed
from hongxian.visits import forecasting
from hongxian.visits.forecasting import Past
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.contracts.visit_pages import cast_room

if TYPE_CHECKING:
    from collections.abc import Callable

SATURDAY = date(2026, 11, 28)
THURSDAY = datetime(2026, 11, 26, 15, tzinfo=COMPANY_ZONE)


def poisson(dice: random.Random, mean: float) -> int:
    if mean > 60:  # as good as normal
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, number, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        number += 1
        product *= dice.random()
    return number


def weekend(dice: random.Random, *, booked: float, rate: float, late: float, alike: float) -> Past:
    """A weekend; the smaller `alike`, the more whole weekends differ from each other."""
    known = poisson(dice, booked * dice.gammavariate(10, 0.1))
    share = dice.betavariate(rate * alike, (1 - rate) * alike) if alike else rate
    return Past(start_of(SATURDAY), known, sum(dice.random() < share for _ in range(known)), poisson(dice, late), 0)


class TestRange:
    @pytest.mark.parametrize("weekends", [8, 16])
    @pytest.mark.parametrize(
        "world",
        [
            {"booked": 10, "rate": 0.6, "late": 2, "alike": 0},
            {"booked": 30, "rate": 0.6, "late": 6, "alike": 0},
            {"booked": 30, "rate": 0.6, "late": 6, "alike": 12},
            {"booked": 80, "rate": 0.6, "late": 15, "alike": 10},
            {"booked": 25, "rate": 0.8, "late": 1, "alike": 30},
        ],
    )
    def test_holds_the_truth_on_about_eight_weekends_of_ten(self, world: dict[str, float], weekends: int) -> None:
        dice, held, tries = random.Random(7), 0, 400
        for _ in range(tries):
            past, truth = [weekend(dice, **world) for _ in range(weekends)], weekend(dice, **world)
            found = forecasting.predict(past, known=truth.known)
            assert found is not None
            held += found.low <= truth.came <= found.high
        assert 0.74 <= held / tries <= 0.95, held / tries

    @pytest.mark.parametrize("weekends", [6, 16, 26])
    @pytest.mark.parametrize(
        ("world", "grows", "least"),
        [
            ({"booked": 0.5, "rate": 0.5, "late": 0.1, "alike": 0}, 1, 0.75),
            ({"booked": 2, "rate": 0.5, "late": 0.3, "alike": 0}, 1, 0.75),
            ({"booked": 30, "rate": 0.15, "late": 1, "alike": 0}, 1, 0.75),
            ({"booked": 40, "rate": 0.95, "late": 0.2, "alike": 0}, 1, 0.75),
            ({"booked": 200, "rate": 0.7, "late": 40, "alike": 15}, 1, 0.75),
            ({"booked": 30, "rate": 0.6, "late": 6, "alike": 4}, 1, 0.73),
            ({"booked": 3, "rate": 0.8, "late": 25, "alike": 0}, 1, 0.75),
            ({"booked": 20, "rate": 0.6, "late": 4, "alike": 20}, 1.06, 0.70),
            ({"booked": 60, "rate": 0.6, "late": 12, "alike": 20}, 0.94, 0.75),
        ],
    )
    def test_holds_as_often_in_worlds_that_it_was_not_made_for(
        self, world: dict[str, float], grows: float, least: float, weekends: int
    ) -> None:
        """Hardly anybody, hardly ever, nearly always, very many, wild, mostly unannounced, growing or shrinking by 6 % a week."""
        dice, held, tries = random.Random(11), 0, 250
        for _ in range(tries):
            past = [
                weekend(dice, **world | {"booked": world["booked"] * grows**at, "late": world["late"] * grows**at})
                for at in range(weekends + 1)
            ]
            found = forecasting.predict(past[:-1][-forecasting.LEARNS_FROM :], known=past[-1].known)
            assert found is not None
            held += found.low <= past[-1].came <= found.high
        assert held / tries >= least, held / tries

    @pytest.mark.parametrize("past", [[], [Past(start_of(SATURDAY), 9, 5, 1, 0)] * 5])
    def test_is_none_in_a_new_store(self, past: list[Past]) -> None:
        assert forecasting.predict(past, known=30) is None

    def test_of_weekends_on_which_nobody_ever_came_is_about_nobody(self) -> None:
        found = forecasting.predict([Past(start_of(SATURDAY), 0, 0, 0, 0)] * 10, known=0)
        assert found is not None
        assert (found.low, found.high) in {(0, 0), (0, 1)}

    def test_is_wider_where_it_was_wrong_before(self) -> None:
        steady = [Past(start_of(SATURDAY), 20, 12, 3, 0)] * 12
        wild = [Past(start_of(SATURDAY), 20, came, 3, 0) for came in (4, 20) * 6]
        narrow, wide = forecasting.predict(steady, known=20), forecasting.predict(wild, known=20)
        assert narrow is not None
        assert wide is not None
        assert narrow.high - narrow.low < wide.high - wide.low

    def test_is_none_without_enough_weekends(self) -> None:
        assert forecasting.predict([Past(start_of(SATURDAY), 20, 12, 3, 0)] * 5, known=9) is None

    def test_never_goes_below_nobody(self) -> None:
        found = forecasting.predict([Past(start_of(SATURDAY), 1, 0, 0, 0)] * 8, known=0)
        assert found is not None
        assert (found.low, found.expected < 1) == (0, True)


class TestSaturday:
    @pytest.mark.parametrize(
        ("day", "saturday"),
        [(date(2026, 11, 23), SATURDAY), (date(2026, 11, 27), SATURDAY), (SATURDAY, SATURDAY), (date(2026, 11, 29), SATURDAY)],
    )
    def test_is_of_the_weekend_that_comes_or_is(self, day: date, saturday: date) -> None:
        assert forecasting.saturday_of(day) == saturday


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


@pytest.fixture
def plant(cast: Cast) -> Callable[..., None]:
    rooms = [cast_room(cast) for _ in range(3)]

    def put(begins: datetime, *, booked: datetime, state: str = "arrived", cancelled: datetime | None = None) -> None:
        over = {"settled_at": begins, "settled_by": 0} if state in {"arrived", "no_show"} else {}
        over |= {"arrived_at": begins} if state == "arrived" else {}
        over |= {"cancelled_at": cancelled, "cancelled_by": 0} if cancelled else {}
        put.number += 1  # type: ignore[attr-defined] # counts its own calls
        casting.insert(
            "visits_visit",
            city_id=cast.city_id,
            store_id=cast.east,
            room_id=rooms[0],
            member_id=10_000 + put.number,  # type: ignore[attr-defined] # as above
            staff_id=cast.lan.staff_id,
            begins=begins,
            ends=begins + timedelta(minutes=30),
            state=state,
            booked_at=booked,
            request_key=uuid4(),
            **over,
        )

    put.number = 0  # type: ignore[attr-defined] # as above
    return put


def at(day: date, hour: int) -> datetime:
    return start_of(day) + timedelta(hours=hour)


class TestForecast:
    def test_counts_what_was_known_at_the_same_moment_of_each_week(self, cast: Cast, plant: Callable[..., None]) -> None:
        for week in range(1, 11):
            day, asked = SATURDAY - timedelta(weeks=week), THURSDAY - timedelta(weeks=week)
            plant(at(day, 10), booked=asked - timedelta(days=1))
            plant(at(day, 11), booked=asked - timedelta(days=1))
            plant(at(day, 12), booked=asked - timedelta(days=1), state="no_show")
            plant(at(day, 13), booked=asked - timedelta(days=1), state="cancelled", cancelled=asked + timedelta(hours=5))
            plant(at(day, 14), booked=asked - timedelta(days=1), state="cancelled", cancelled=asked - timedelta(hours=5))
            plant(at(day, 15), booked=asked + timedelta(hours=5))
        plant(at(SATURDAY, 10), booked=THURSDAY - timedelta(days=1), state="booked")
        plant(at(SATURDAY, 11), booked=THURSDAY + timedelta(hours=1), state="booked")  # not known yet
        with signed_in_as("desk"):
            [whole, saturday, sunday] = forecasting.coming(by=cast.zheng.actor(), now=THURSDAY)
        assert (whole.first, whole.booked, sunday.booked) == (SATURDAY, 1, 0)
        assert [(each.known, each.came) for each in whole.past] == [(4, 3)] * 10
        assert whole.forecast is not None
        assert saturday.forecast is not None
        assert round(whole.forecast.show_rate, 2) == 0.5
        assert whole.forecast.late == 1.0
        assert whole.forecast.low <= 1 * 0.5 + 1 <= whole.forecast.high

    def test_of_the_past_is_not_changed_by_what_came_later(self, cast: Cast, plant: Callable[..., None]) -> None:
        dice = random.Random(3)
        for week in range(1, 15):
            day, asked = SATURDAY - timedelta(weeks=week), THURSDAY - timedelta(weeks=week)
            for hour in range(10, 19):
                plant(at(day, hour), booked=asked - timedelta(hours=1), state=dice.choice(["arrived", "arrived", "no_show"]))
        with signed_in_as("desk"):
            before = forecasting.forecast(city_id=cast.city_id, store_id=cast.east, first=SATURDAY, days=2, now=THURSDAY)
        recent = SATURDAY - timedelta(weeks=1)
        casting.run(
            "UPDATE visits_visit SET state = 'no_show', arrived_at = NULL WHERE city_id = %(c)s AND begins >= %(d)s",
            c=cast.city_id,
            d=start_of(recent),
        )
        with signed_in_as("desk"):
            after = forecasting.forecast(city_id=cast.city_id, store_id=cast.east, first=SATURDAY, days=2, now=THURSDAY)
        assert [each.forecast for each in after.past] == [each.forecast for each in before.past]
        assert after.past[-1].came == 0
        assert after.past[-1].held is False
        assert after.forecast != before.forecast

    def test_of_the_past_is_what_was_said_then(self, cast: Cast, plant: Callable[..., None]) -> None:
        dice = random.Random(5)
        for week in range(30):
            day, asked = SATURDAY - timedelta(weeks=week), THURSDAY - timedelta(weeks=week)
            for hour in range(10, 10 + dice.randint(4, 9)):
                plant(at(day, hour), booked=asked - timedelta(hours=1), state=dice.choice(["arrived", "arrived", "no_show"]))
        with signed_in_as("desk"):
            now = forecasting.forecast(city_id=cast.city_id, store_id=cast.east, first=SATURDAY, days=2, now=THURSDAY)
            for weeks in (1, 5):
                back = timedelta(weeks=weeks)
                then = forecasting.forecast(
                    city_id=cast.city_id, store_id=cast.east, first=SATURDAY - back, days=2, now=THURSDAY - back
                )
                assert then.forecast == now.past[-weeks].forecast

    def test_is_for_managers_of_a_store(self, cast: Cast) -> None:
        with signed_in_as("desk"):
            for person in (cast.lan, cast.operations, cast.auditor):
                with pytest.raises(NotAllowed):
                    forecasting.coming(by=person.actor(), now=THURSDAY)
            assert forecasting.coming(by=cast.chen.actor(), now=THURSDAY)[0].forecast is None
