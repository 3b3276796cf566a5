"""The live board as a picture: for each team a bar up for what it brought and one down for what it cost, all on one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hongxian.desk import charts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.reports.board import Panel, Snapshot
    from hongxian.reports.work import Hour, Work

HALF = 100  # the drawing's own units from the middle line to either end
FIRST_HOUR, END_HOUR = 9, 21
AS_PICTURES = 8  # more are a table: nobody reads twenty bars from three metres
VOLUMES = frozenset({"claims", "calls", "texts", "minutes"})  # for every hundred contacts they would say nothing
SMALLEST = 4.0  # per hundred contacts: the scale's end, so that one refusal in a quiet morning is no tower


@dataclass(frozen=True, slots=True)
class Picture:
    """One panel and how tall its bars are."""

    panel: Panel
    up: int
    down: int

    @property
    def top(self) -> int:
        """Where the upper bar begins."""
        return HALF - self.up


@dataclass(frozen=True, slots=True)
class Cell:
    """A count and what it is for every hundred contacts; "" where that says nothing."""

    count: int
    per_hundred: str


def pictures_of(board: Snapshot) -> list[Picture]:
    """The panels with their bars; none where there are too many to be seen from afar."""
    panels = board.panels if len(board.panels) <= AS_PICTURES else ()
    rates = [(each.work.per_hundred(each.work.gain), each.work.per_hundred(each.work.harm)) for each in panels]
    most = max([SMALLEST, *(rate for both in rates for rate in both)])
    return [
        Picture(panel, up=round(HALF * up / most), down=round(HALF * down / most))
        for panel, (up, down) in zip(panels, rates, strict=True)
    ]


def cell(work: Work, name: str) -> Cell:
    """One number of the table."""
    count = int(getattr(work, name))
    says = work.contacts and name not in VOLUMES
    return Cell(count, f"{work.per_hundred(count):.1f}" if says else "")


def chart_of(hours: Sequence[Hour]) -> str:
    """The day by hour: calls, connects, and noes on the phone."""
    known = {each.hour: each for each in hours}
    shown = sorted({*range(FIRST_HOUR, END_HOUR), *known})
    series = (
        (_("通话"), "calm", [known[hour].calls if hour in known else 0 for hour in shown]),
        (_("接通"), "good", [known[hour].connects if hour in known else 0 for hour in shown]),
        (_("拒绝联系"), "bad", [known[hour].refusals if hour in known else 0 for hour in shown]),
    )
    return charts.bars([f"{hour}:00" for hour in shown], *series, stacked=False)
