"""
The leaderboard (排行): results for every hundred contacts less what they cost, and never volume.

    net rate   = (10 × contracts + 4 × arrived + 1 × booked − 2 × no-shows
                  − 3 × noes − 30 × complaints − 2 × cap hits) ÷ contacts × 100
    weight     = contacts, at most 300
    score      = (weight × net rate + 100 × middle rate) ÷ (weight + 100)

The middle rate is the median of the net rates of all with enough contacts (0 if it is less than nothing), each unit counting
once, however much it calls. From 300 contacts on (a consultant's three days, a team's one) the weight is the same for all, so
that places go by net rates alone: whoever does more of the same, a thousand times even, stands where they stood, and so does
everybody else. Below 300 contacts a rate is drawn to the middle, the more the fewer they are, so one lucky call doesn't win; what
grows there is how far a rate is believed, and it never passes a better rate out of 300 contacts. Who has fewer than 50
contacts, or brought people no more than it cost them, has no place at all. Rests are shown but not scored: they follow from
no-answers that were filed honestly, and nobody shall be tempted not to file them.

Booked is what stands in the calendar and was not called off: filing the outcome "visit" scores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.reports.work import Work

GAINS = {"contracts": 10, "arrived": 4, "booked": 1}
COSTS = {"no_show": 2, "noes": 3, "complaints": 30, "cap_hits": 2}
WEIGHT = 100  # contacts: so much the middle weighs
LEAST = 50  # contacts: below, nobody is ranked
FULL = 300  # contacts: from here on, more of them change nothing
FEW, NOTHING, COSTLY = "few", "nothing", "costly"


@dataclass(frozen=True, slots=True)
class Place:
    """One unit on the leaderboard; without a place `place` is None and `why` says why: few, nothing, costly."""

    unit_id: Annotated[int, PLAIN]
    place: Annotated[int | None, PLAIN]
    score: Annotated[float, PLAIN]
    rate: Annotated[float, PLAIN]
    contacts: Annotated[int, PLAIN]
    why: Annotated[str, PLAIN] = ""


def points(work: Work) -> int:
    """What it brought less what it cost, in points."""
    brought = sum(weight * getattr(work, name) for name, weight in GAINS.items())
    return int(brought - sum(weight * getattr(work, name) for name, weight in COSTS.items()))


def rate(work: Work) -> float:
    """Points for every hundred contacts; 0 without any."""
    return work.per_hundred(points(work))


def ranked(works: Sequence[Work]) -> list[Place]:
    """Everybody, the best first; equal scores share a place; those without one come last."""
    known = [work for work in works if work.unit_id]
    enough = [work for work in known if work.contacts >= LEAST]
    middle = max(0.0, median(rate(work) for work in enough)) if enough else 0.0
    scores = {work.unit_id: _score(work, middle) for work in known}
    placed = sorted((work for work in enough if points(work) > 0), key=lambda work: (-scores[work.unit_id], work.unit_id))
    found: list[Place] = []
    for number, work in enumerate(placed, 1):
        same = bool(found) and found[-1].score == scores[work.unit_id]
        found.append(_place(work, scores[work.unit_id], found[-1].place if same else number))
    rest = [work for work in known if work not in placed]
    rest.sort(key=lambda work: (work.contacts < LEAST, -scores[work.unit_id], work.unit_id))
    return [*found, *(_place(work, scores[work.unit_id], None) for work in rest)]


def _score(work: Work, middle: float) -> float:
    weight = min(work.contacts, FULL)
    return round((weight * rate(work) + WEIGHT * middle) / (weight + WEIGHT), 2)


def _place(work: Work, score: float, place: int | None) -> Place:
    quiet = not any(getattr(work, name) for name in (*GAINS, *COSTS))
    why = "" if place else FEW if work.contacts < LEAST else NOTHING if quiet else COSTLY
    return Place(work.unit_id, place, score, round(rate(work), 2), work.contacts, why)
