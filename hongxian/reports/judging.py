"""
Does a day stand out (异常判断)? Against the person's own days and those of their team, by median and MAD.

Robust on purpose: a few wild days in the history move neither median nor MAD, so that nobody hides today's by yesterday's.
A slow climb moves one's own median; the team's days don't climb along. Pure functions; the numbers are explained in
docs/decisions/0023.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NORMAL = 1.4826  # makes MAD the standard deviation where days are spread normally
BOTH, ALONE, ALSO = 3.5, 6.0, 1.5
LEAST_OWN, LEAST_TEAM = 5, 10  # so many days, or nothing is said about a history
# Below these nothing is worth anybody's time, however quiet the days before were.
FLOORS = {"viewed": 30, "night": 10, "denied": 5, "texted": 15}
# Above these a consultant's day is shown whatever the history says.
CEILINGS = {"viewed": 150}
KINDS = tuple(FLOORS)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a day stands out: `rule` is both, own, team or ceiling; z None where there is too little history."""

    rule: str
    own_median: float
    own_z: float | None
    own_days: int
    team_median: float
    team_z: float | None
    team_days: int
    ceiling: int | None = None


def judge(*, kind: str, seen: int, own: Sequence[int], team: Sequence[int], ceiling: int | None = None) -> Verdict | None:
    """One day's count against the person's own days and the days of their team mates; None when it doesn't stand out."""
    own_z = _z(seen, own) if len(own) >= LEAST_OWN else None
    team_z = _z(seen, team) if len(team) >= LEAST_TEAM else None
    rule = _rule(own_z, team_z) if seen >= FLOORS[kind] else ""
    if ceiling is not None and seen > ceiling:
        rule = rule or "ceiling"
    if not rule:
        return None
    return Verdict(
        rule=rule,
        own_median=median(own) if own else 0,
        own_z=own_z,
        own_days=len(own),
        team_median=median(team) if team else 0,
        team_z=team_z,
        team_days=len(team),
        ceiling=ceiling,
    )


def _rule(own_z: float | None, team_z: float | None) -> str:
    """Both histories a little, or one of them by far and the other not against it."""
    if own_z is not None and team_z is not None and min(own_z, team_z) >= BOTH:
        return "both"
    if team_z is not None and team_z >= ALONE:
        return "team"
    if own_z is not None and own_z >= ALONE and (team_z is None or team_z >= ALSO):
        return "own"
    return ""


def _z(seen: int, days: Sequence[int]) -> float:
    """How many spreads above the median; a spread is never less than chance alone makes it."""
    middle = median(days)
    mad = median(abs(day - middle) for day in days)
    return round((seen - middle) / max(NORMAL * mad, sqrt(middle), 1.0), 1)
