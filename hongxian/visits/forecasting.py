"""
The weekend's forecast (周末预测): how many members will come, and within which range it is likely to be.

It is made of what is known at the moment of asking: how many are booked, how many of those who were booked at the same
moment before earlier weekends came, and how many came who booked after that moment. The range is as wide as the very same
forecast was wrong on those earlier weekends, each made with nothing but what lay before it; it should hold the truth on eight
weekends of ten. docs/decisions/0021 has the arithmetic and what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

SATURDAY = 5
WEEK = timedelta(days=7)
LEARNS_FROM = 16  # weekends that a forecast looks back to
FEWEST = 6  # weekends with visits without which there is no forecast
SHOWN = 12
FADES = 0.93  # what a weekend counts for beside the one after it
Z90 = 1.2816  # of the normal distribution: nine of ten lie below
DOUBT, DOUBT_WEEKENDS = 1.2, 4.0  # how wrong it is taken to be before it has been wrong, and how many weekends that counts for
TAILS = 0.01  # squared share of the forecast by which a whole weekend differs: weather, an event


@dataclass(frozen=True, slots=True)
class Past:
    """A span that is over: what was known at its own moment of asking, and what came."""

    begins: datetime
    known: int
    known_came: int
    late_came: int
    still_open: int

    @property
    def came(self) -> int:
        """Everybody who came."""
        return self.known_came + self.late_came


@dataclass(frozen=True, slots=True)
class Range:
    """A forecast: the likeliest number, and from where to where on eight weekends of ten."""

    expected: Annotated[float, PLAIN]
    low: Annotated[int, PLAIN]
    high: Annotated[int, PLAIN]
    weekends: Annotated[int, PLAIN]
    show_rate: Annotated[float, PLAIN]
    late: Annotated[float, PLAIN]


@dataclass(frozen=True, slots=True)
class Shown:
    """One weekend of the past beside the forecast that would have been made for it then."""

    first: Annotated[date, PLAIN]
    known: Annotated[int, PLAIN]
    came: Annotated[int, PLAIN]
    forecast: Annotated[Range | None, PLAIN]

    @property
    def held(self) -> bool | None:
        """Whether what came lay in the range; None where there was no forecast."""
        return None if self.forecast is None else self.forecast.low <= self.came <= self.forecast.high


@dataclass(frozen=True, slots=True)
class Weekend:
    """The forecast for one span of the coming weekend, and how the same forecast did before."""

    first: Annotated[date, PLAIN]
    days: Annotated[int, PLAIN]
    booked: Annotated[int, PLAIN]
    came: Annotated[int, PLAIN]
    forecast: Annotated[Range | None, PLAIN]
    past: Annotated[tuple[Shown, ...], PLAIN]

    @property
    def judged(self) -> int:
        """How many of the weekends shown had a forecast."""
        return sum(each.held is not None for each in self.past)

    @property
    def right(self) -> int:
        """On how many of them it held."""
        return sum(each.held is True for each in self.past)


_history = Statement("visits", "forecast_history", Past)


def saturday_of(day: date) -> date:
    """The Saturday of the weekend that comes, or is."""
    return day - timedelta(days=1) if day.weekday() > SATURDAY else day + timedelta(days=SATURDAY - day.weekday())


def coming(*, by: Actor, now: datetime) -> list[Weekend]:
    """
    The coming weekend of the actor's own store, whole and day by day. Counts only.

    :raises NotAllowed: the role sees no forecast.
    :raises NotFound: the actor has no store.
    """
    by.require(Permission.VISITS_FORECAST_READ)
    if by.store_id is None:
        raise NotFound
    saturday = saturday_of(day_of(now))
    spans = ((saturday, 2), (saturday, 1), (saturday + timedelta(days=1), 1))
    return [
        forecast(city_id=by.city_id, store_id=by.store_id, first=first, days=days, now=now, shown=SHOWN if days > 1 else 0)
        for first, days in spans
    ]


def forecast(*, city_id: int, store_id: int, first: date, days: int, now: datetime, shown: int = SHOWN) -> Weekend:
    """The forecast for a store and some days, as of `now`; `shown` past ones beside it, each made as of the same time before."""
    ahead = [(first - n * WEEK) for n in range(shown + LEARNS_FROM + 1)]
    rows = _history.all(
        city_id=city_id,
        store_id=store_id,
        begins=[start_of(day) for day in ahead],
        ends=[start_of(day + timedelta(days=days)) for day in ahead],
        asked=[now - n * WEEK for n in range(len(ahead))],
    )
    *before, this = rows  # oldest first
    before = _from_the_first_on(before)
    past = [
        Shown(
            first=day_of(each.begins),
            known=each.known,
            came=each.came,
            forecast=predict(before[max(0, at - LEARNS_FROM) : at], known=each.known),
        )
        for at, each in enumerate(before)
    ]
    return Weekend(
        first=first,
        days=days,
        booked=this.known,
        came=this.came,
        forecast=predict(before[-LEARNS_FROM:], known=this.known),
        past=tuple(past[-shown:] if shown else ()),
    )


def _from_the_first_on(rows: Sequence[Past]) -> list[Past]:
    """Without the weeks before the store had any visit at all."""
    first = next((at for at, each in enumerate(rows) if each.known or each.came), len(rows))
    return list(rows[first:])


def predict(past: Sequence[Past], *, known: int) -> Range | None:
    """
    How many will come when `known` are booked now, learned from `past` (oldest first); None where there is too little of it.

    mean: known × share of the booked who came + those who booked later and came. spread: what chance alone gives, and a little
    for whole weekends that differ; widened by how far this same mean was off before (a t-distribution over its squared errors).
    """
    if len(past) < FEWEST:
        return None
    rate, late = _learn(past)
    mean, spread = _expect(known, rate, late)
    errors = [_error(past[:at], past[at]) for at in range(2, len(past))]
    freedom = DOUBT_WEEKENDS + len(errors)
    factor = sqrt((DOUBT_WEEKENDS * DOUBT + sum(error * error for error in errors)) / freedom)
    reach = _t90(freedom) * factor * spread
    return Range(
        expected=round(mean, 1),
        low=max(0, round(mean - reach)),
        high=round(mean + reach),
        weekends=len(past),
        show_rate=rate,
        late=round(late, 1),
    )


def _learn(past: Sequence[Past]) -> tuple[float, float]:
    """The share of the booked who came, and how many came unannounced; nearer weekends count for more."""
    weights = [FADES ** (len(past) - 1 - at) for at in range(len(past))]
    known = sum(weight * each.known for weight, each in zip(weights, past, strict=True))
    came = sum(weight * each.known_came for weight, each in zip(weights, past, strict=True))
    late = sum(weight * each.late_came for weight, each in zip(weights, past, strict=True))
    return (came + 1) / (known + 2), late / sum(weights)


def _expect(known: int, rate: float, late: float) -> tuple[float, float]:
    mean = known * rate + late
    return mean, sqrt(known * rate * (1 - rate) + late + TAILS * mean * mean + 0.5)


def _error(before: Sequence[Past], each: Past) -> float:
    mean, spread = _expect(each.known, *_learn(before))
    return (each.came - mean) / spread


def _t90(freedom: float) -> float:
    """Below which nine of ten of Student's distribution lie (Cornish and Fisher's expansion; off by less than 0.01 from 4 on)."""
    z = Z90
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
