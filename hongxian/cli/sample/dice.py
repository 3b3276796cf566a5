"""Chance, in the words of the tables: a share of cases, and one of several by weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random


def happens(rng: Random, share: float) -> bool:
    """True in that share of cases."""
    return rng.random() < share


def draw(rng: Random, weighted: Sequence[tuple[str, int]]) -> str:
    """One of the words, each as often as its weight says."""
    place = rng.random() * sum(weight for _, weight in weighted)
    for word, weight in weighted:
        place -= weight
        if place < 0:
            return word
    return weighted[-1][0]
