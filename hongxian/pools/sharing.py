"""
Sharing out (均分): who gets whom in the morning, from facts alone. It reads no table and no clock, so that all of it can be tried.

The better tier chooses first. Within a tier everybody takes in turn the best member that they may take, until each has their
share or nobody is left for them; every second round goes backwards, and each day another one begins. So within a tier

- counts differ by one at most, unless somebody's own room or share ended earlier or everybody left was barred to them;
- of two with equally many and nobody barred, the sums of grades (A 0 … E 4) differ by the span of the grades at most, however
  many were dealt: what one is ahead in a round is never made up twice;
- nobody goes short while somebody is left whom they may take.

The dry run and the dealing go by this one function.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hongxian.pools import ranking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A free member, by place in the pool."""

    member_id: int
    rank: int


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who takes part; `limit` is the smaller of share and room."""

    staff_id: int
    team_id: int
    tier: str
    limit: int
    rank_floor: int


@dataclass(slots=True)
class Shares:
    """Who gets whom, in the order in which they were taken; `short` are those for whom nobody was left."""

    taken: list[tuple[int, Candidate]] = field(default_factory=list)
    short: set[int] = field(default_factory=set)

    def grades_of(self, staff_id: int) -> Counter[str]:
        """How many of each grade somebody gets."""
        return Counter(ranking.grade_of(candidate.rank) for taker, candidate in self.taken if taker == staff_id)


class Offer:
    """
    The pool from its best entry on, loaded piece by piece as it is needed.

    `load(floor, after)` gives the next candidates behind `after`, none when the pool is at its end; `bars(ids)` who may not
    take whom: pairs (member, staff or None, team or None).
    """

    def __init__(
        self,
        *,
        floor: int,
        gone: set[int],
        load: Callable[[int, Candidate | None], Sequence[Candidate]],
        barred: Callable[[Sequence[int]], dict[int, tuple[set[int], set[int]]]],
    ) -> None:
        self._floor, self._gone, self._load, self._barred = floor, gone, load, barred
        self._seen: list[Candidate] = []
        self._bars: dict[int, tuple[set[int], set[int]]] = {}
        self._first, self._ended = 0, False

    def take(self, taker: Taker) -> Candidate | None:
        """The best one left whom this taker may take."""
        place = self._first
        while place < len(self._seen) or self._more():
            candidate = self._seen[place]
            if candidate.member_id in self._gone:
                if place == self._first:
                    self._first += 1
            elif self._may(taker, candidate):
                self._gone.add(candidate.member_id)
                return candidate
            place += 1
        return None

    def _may(self, taker: Taker, candidate: Candidate) -> bool:
        staff, teams = self._bars.get(candidate.member_id, (set(), set()))
        return taker.staff_id not in staff and taker.team_id not in teams

    def _more(self) -> bool:
        if self._ended:
            return False
        found = list(self._load(self._floor, self._seen[-1] if self._seen else None))
        if not found:
            self._ended = True
            return False
        self._bars |= self._barred([each.member_id for each in found])
        self._seen += found
        return True


def share_out(
    takers: Sequence[Taker],
    *,
    turn: int,
    load: Callable[[int, Candidate | None], Sequence[Candidate]],
    barred: Callable[[Sequence[int]], dict[int, tuple[set[int], set[int]]]],
) -> Shares:
    """Everybody's share; `turn` says who begins within a tier (the day's number)."""
    shares, gone = Shares(), set[int]()
    for tier in sorted({taker.tier for taker in takers}):
        of_tier = sorted((taker for taker in takers if taker.tier == tier), key=lambda taker: taker.staff_id)
        begin = turn % len(of_tier)
        _share_tier(of_tier[begin:] + of_tier[:begin], shares=shares, gone=gone, load=load, barred=barred)
    return shares


def _share_tier(
    takers: Sequence[Taker],
    *,
    shares: Shares,
    gone: set[int],
    load: Callable[[int, Candidate | None], Sequence[Candidate]],
    barred: Callable[[Sequence[int]], dict[int, tuple[set[int], set[int]]]],
) -> None:
    offer = Offer(floor=takers[0].rank_floor, gone=gone, load=load, barred=barred)
    counts: Counter[int] = Counter()
    going = [taker for taker in takers if taker.limit > 0]
    backwards = False
    while going:
        for taker in reversed(going) if backwards else going:
            candidate = offer.take(taker)
            if candidate is None:
                shares.short.add(taker.staff_id)
            else:
                shares.taken.append((taker.staff_id, candidate))
                counts[taker.staff_id] += 1
        going = [taker for taker in going if taker.staff_id not in shares.short and counts[taker.staff_id] < taker.limit]
        backwards = not backwards
