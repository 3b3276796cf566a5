"""Requests by the days they have left, as plain numbers that a template draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, TOP, FOOT, SHARE = 640, 96, 18, 22, 0.5


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the drawing, and what it means."""

    name: str
    count: int
    x: int
    middle: int
    y: int
    width: int
    height: int
    colour: str


@dataclass(frozen=True, slots=True)
class Spans:
    """How many requests have how long."""

    width: int
    height: int
    floor: int
    columns: tuple[Column, ...]


def of(left: Sequence[int]) -> Spans:
    """Late, today to three, four to seven, eight to eleven, twelve to fifteen working days."""
    bands = (
        (_("已超期"), None, -1, "#a8202f"),
        (_("0–3 天"), 0, 3, "#c9772b"),
        (_("4–7 天"), 4, 7, "#c8b48a"),
        (_("8–11 天"), 8, 11, "#a9bd9d"),
        (_("12–15 天"), 12, None, "#7fa58b"),
    )
    counts = [_between(left, low, high) for _name, low, high, _colour in bands]
    most, step = max(counts, default=0) or 1, WIDTH // len(bands)
    columns = []
    for place, ((name, _low, _high, colour), count) in enumerate(zip(bands, counts, strict=True)):
        tall = round(HEIGHT * count / most)
        wide = round(step * SHARE)
        columns.append(
            Column(
                name=name,
                count=count,
                x=place * step + (step - wide) // 2,
                middle=place * step + step // 2,
                y=TOP + HEIGHT - tall,
                width=wide,
                height=tall,
                colour=colour,
            )
        )
    return Spans(width=WIDTH, height=TOP + HEIGHT + FOOT, floor=TOP + HEIGHT, columns=tuple(columns))


def _between(left: Sequence[int], low: int | None, high: int | None) -> int:
    return sum((low is None or days >= low) and (high is None or days <= high) for days in left)
