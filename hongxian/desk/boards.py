"""Managers' boards: sums over consultants, and a day's chart as plain numbers that a template draws."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from hongxian.kernel.clock import hour_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from hongxian.outreach.queries import BoardLine, HourLine

FIRST_HOUR, END_HOUR = 9, 21
# The drawing, in its own units, one for a wide page and one for a phone: a column an hour, its bar, its words above and below.
WIDE, NARROW = 96, 28
BAR_SHARE, PLOT, TOP, FOOT = 0.62, 110, 18, 24


@dataclass(frozen=True, slots=True)
class Total:
    """What a group of consultants did."""

    name: str
    consultants: int
    held: int
    hand_cap: int
    claims: int
    hour_calls: int
    hour_connects: int
    calls: int
    connects: int
    no_answers: int
    interested: int
    visits: int
    refusals: int
    placed: int = 0
    talked: int = 0
    talk_seconds: int = 0

    def per_hundred(self, number: int) -> str:
        """A count for every hundred calls; a dash without calls."""
        return f"{100 * number / self.calls:.1f}" if self.calls else "–"

    @property
    def visits_per_hundred(self) -> str:
        """Visits for every hundred calls."""
        return self.per_hundred(self.visits)

    @property
    def refusals_per_hundred(self) -> str:
        """Refusals for every hundred calls."""
        return self.per_hundred(self.refusals)

    @property
    def connects_per_hundred(self) -> str:
        """Calls answered out of every hundred."""
        return self.per_hundred(self.connects)


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the chart: where its two bars stand, and the numbers they mean."""

    hour: int
    x: int
    middle: int
    calls_y: int
    calls_height: int
    connects_y: int
    connects_height: int
    calls: int
    connects: int
    visits: int
    refusals: int
    now: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """A day by hour."""

    width: int
    height: int
    floor: int
    bar_width: int
    shown_on: str
    bars: tuple[Bar, ...]


def total_of(lines: Iterable[BoardLine], *, name: str = "") -> Total:
    """The sum of some consultants' lines."""
    known = list(lines)

    def add(column: str) -> int:
        return sum(int(getattr(line, column)) for line in known)

    return Total(
        name=name,
        consultants=len(known),
        held=add("held"),
        hand_cap=add("hand_cap"),
        claims=add("claims"),
        hour_calls=add("hour_calls"),
        hour_connects=add("hour_connects"),
        calls=add("calls"),
        connects=add("connects"),
        no_answers=add("no_answers"),
        interested=add("interested"),
        visits=add("visits"),
        refusals=add("refusals"),
        placed=add("placed"),
        talked=add("talked"),
        talk_seconds=add("talk_seconds"),
    )


def by_team(lines: Sequence[BoardLine]) -> list[Total]:
    """The sums of each team; the lines come sorted by team."""
    return [total_of(group, name=name) for name, group in groupby(lines, key=lambda line: line.team_name)]


def charts_of(hours: Sequence[HourLine], *, now: datetime) -> tuple[Chart, Chart]:
    """The calling day from nine to nine, and any other hour in which somebody called: drawn for a wide page and for a phone."""
    known = {hour_of(line.begins).hour: line for line in hours}
    shown = sorted(set(range(FIRST_HOUR, END_HOUR)) | set(known))
    most = max([line.calls for line in hours], default=0) or 1

    def draw(column: int, shown_on: str) -> Chart:
        bars = tuple(_bar(place * column, column, hour, known.get(hour), most, now) for place, hour in enumerate(shown))
        return Chart(
            width=column * len(shown),
            height=TOP + PLOT + FOOT,
            floor=TOP + PLOT,
            bar_width=round(column * BAR_SHARE),
            shown_on=shown_on,
            bars=bars,
        )

    return draw(WIDE, "hx-wide-only"), draw(NARROW, "hx-narrow-only")


def _bar(left: int, column: int, hour: int, line: HourLine | None, most: int, now: datetime) -> Bar:
    calls, connects = (line.calls, line.connects) if line else (0, 0)
    tall, short = (round(PLOT * number / most) for number in (calls, connects))
    return Bar(
        hour=hour,
        x=left + round(column * (1 - BAR_SHARE) / 2),
        middle=left + column // 2,
        calls_y=TOP + PLOT - tall,
        calls_height=tall,
        connects_y=TOP + PLOT - short,
        connects_height=short,
        calls=calls,
        connects=connects,
        visits=line.visits if line else 0,
        refusals=line.refusals if line else 0,
        now=hour_of(now).hour == hour,
    )
