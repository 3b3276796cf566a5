"""
Whether texts leave in a machine's rhythm (宏发送). Pure: moments in, a sign or None out.

Three signs. `burst`: faster than somebody can open a page, choose a text and send it. `regular`: the gaps between one text and
the next hardly vary; a person reads, hesitates, is interrupted, and even somebody quick varies by a third and more. `lockstep`:
two accounts of one store that send the same text one after the other at the same distance, again and again, whatever the gaps.

A moment is one press of "send", however many texts it sent. The limits err on the side of the person: what varies as much as
somebody quick isn't told from them by its rhythm, and ends at the budget (outreach/pausing.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import mean, median, stdev
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

BURST, BURST_SECONDS = 6, 8.0  # so many presses within so many seconds
FEWEST = 12  # gaps from which on a rhythm can be told
MOST = 40  # of the last ones
VARIATION = 0.2  # of gaps, sure to be below it by SURENESS standard errors
SURENESS = 2.0
BREAK = 3.0  # a gap of so many usual ones is a break, and says nothing about the rhythm
STEP_SECONDS = 1.0  # two accounts are in step within so much
STEP_SHARE = 0.85  # of the presses
STEP_CHANCE = 0.25  # ... where chance alone would give no more than this


@dataclass(frozen=True, slots=True)
class Sign:
    """What looked like a machine, in numbers that a manager can check."""

    kind: str
    numbers: dict[str, Any]


def sign_in(moments: Sequence[datetime]) -> Sign | None:
    """What is seen in the moments at which one person pressed "send"."""
    gaps = _gaps(moments[-MOST:])
    return _burst(gaps) or _regular(gaps)


def lockstep(own: Sequence[datetime], others: Mapping[int, Sequence[datetime]]) -> Sign | None:
    """Whether this person's presses keep the same distance to those of another account, both with the same text."""
    mine = [each.timestamp() for each in sorted(own)[-MOST:]]
    if len(mine) < FEWEST:
        return None
    for account, moments in sorted(others.items()):
        theirs = [each.timestamp() for each in sorted(moments)[-2 * MOST :]]
        if len(theirs) < FEWEST or _chance(theirs) > STEP_CHANCE:
            continue
        nearest = [min((there - here for there in theirs), key=abs) for here in mine]
        distance = median(nearest)
        together = sum(abs(each - distance) <= STEP_SECONDS for each in nearest)
        if together >= STEP_SHARE * len(mine):
            seen = {"account": account, "presses": len(mine), "together": together, "distance": round(distance, 1)}
            return Sign("lockstep", seen)
    return None


def _gaps(moments: Sequence[datetime]) -> list[float]:
    ordered = sorted(moments)
    return [(later - earlier).total_seconds() for earlier, later in pairwise(ordered)]


def _burst(gaps: Sequence[float]) -> Sign | None:
    for start in range(len(gaps) - BURST + 2):
        spent = sum(gaps[start : start + BURST - 1])
        if spent <= BURST_SECONDS:
            return Sign("burst", {"presses": BURST, "seconds": round(spent, 1)})
    return None


def _regular(gaps: Sequence[float]) -> Sign | None:
    usual = median(gaps) if gaps else 0.0
    kept = [gap for gap in gaps if gap <= BREAK * usual]
    if len(kept) < FEWEST or not usual:
        return None
    middle = mean(kept)
    variation = stdev(kept) / middle
    if variation * (1 + SURENESS / sqrt(2 * len(kept))) < VARIATION:
        return Sign("regular", {"gaps": len(kept), "seconds": round(middle, 1), "variation": round(variation, 2)})
    return None


def _chance(moments: Sequence[float]) -> float:
    """How often somebody else's press lies within a step of one of these by chance."""
    usual = median(later - earlier for earlier, later in pairwise(moments))
    return 2 * STEP_SECONDS / usual if usual else 1.0
