"""
Judging (评定): what a month's results make of a tier, from facts alone.

Points per hundred calls: contracts, arrivals and interest add; refusals and complaints take away. So calling more by itself
raises nothing, and whoever presses people loses by their noes. One step at a time; nobody who was complained about goes up by
rule; too few calls, or a first month, say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TIERS = "XYZ"  # the best first


@dataclass(frozen=True, slots=True)
class Results:
    """What came of one consultant's month."""

    calls: int = 0
    connects: int = 0
    interested: int = 0
    arrived: int = 0
    contracts: int = 0
    refusals: int = 0
    complaints: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The tier that the rule proposes and why; no score where there was too little to go by."""

    tier: str
    reason: str
    score: int | None = None


def score_of(results: Results, rule: Mapping[str, int]) -> int:
    """Points per hundred calls, rounded towards less."""
    points = (
        results.contracts * rule["contract"]
        + results.arrived * rule["arrived"]
        + results.interested * rule["interested"]
        - results.refusals * rule["refusal"]
        - results.complaints * rule["complaint"]
    )
    return points * 100 // results.calls


def judge(results: Results, *, tier: str, whole_month: bool, rule: Mapping[str, int]) -> Verdict:
    """What the rule proposes for somebody of this tier."""
    if not whole_month:
        return Verdict(tier, "new")
    if results.calls < max(1, rule["calls"]):
        return Verdict(tier, "few")
    score, place = score_of(results, rule), TIERS.index(tier)
    if score >= rule["up"]:
        if results.complaints:
            return Verdict(tier, "complaint", score)
        return Verdict(TIERS[place - 1], "up", score) if place else Verdict(tier, "top", score)
    if score < rule["down"]:
        return Verdict(TIERS[place + 1], "down", score) if place + 1 < len(TIERS) else Verdict(tier, "bottom", score)
    return Verdict(tier, "steady", score)


def may_become(tier: str) -> tuple[str, ...]:
    """What a manager may decide: to stay, or one step."""
    place = TIERS.index(tier)
    return tuple(TIERS[max(0, place - 1) : place + 2])
