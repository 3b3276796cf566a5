"""Sharing out: the promises of fairness, tried with many pools and people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as some

from hongxian.pools import ranking
from hongxian.pools.sharing import Candidate, Taker, share_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.pools.sharing import Shares

FLOORS = {"X": 0, "Y": 1, "Z": 2}
Bars = dict[int, tuple[set[int], set[int]]]


def pool(grades: Sequence[int]) -> list[Candidate]:
    return [Candidate(number, grade << ranking.GRADE_BITS | number) for number, grade in enumerate(sorted(grades), 1)]


def taker(staff_id: int, *, tier: str = "X", limit: int = 5, team_id: int = 0) -> Taker:
    return Taker(staff_id, team_id, tier, limit, FLOORS[tier] << ranking.GRADE_BITS)


def shared(
    takers: Sequence[Taker], candidates: Sequence[Candidate], *, turn: int = 0, bars: Bars | None = None, piece: int = 3
) -> Shares:
    def load(floor: int, after: Candidate | None) -> list[Candidate]:
        behind = [each for each in candidates if each.rank >= floor and (after is None or each.rank > after.rank)]
        return behind[:piece]

    def barred(ids: Sequence[int]) -> Bars:
        return {each: (bars or {})[each] for each in ids if each in (bars or {})}

    return share_out(takers, turn=turn, load=load, barred=barred)


grades = some.lists(some.integers(0, 4), max_size=120)
crowds = some.lists(some.tuples(some.sampled_from("XYZ"), some.integers(0, 12), some.integers(1, 3)), min_size=1, max_size=14)
turns = some.integers(0, 800_000)


class TestShares:
    @given(grades, some.integers(1, 12), some.integers(1, 15), turns)
    @settings(deadline=None)
    def test_differ_by_one_and_grade_sums_by_the_span_of_grades(self, of: list[int], people: int, limit: int, turn: int) -> None:
        shares = shared([taker(number, limit=limit) for number in range(people)], pool(of), turn=turn)
        counts = Counter(staff for staff, _ in shares.taken)
        numbers = [counts[number] for number in range(people)]
        assert max(numbers) - min(numbers) <= 1
        assert sum(numbers) == min(len(of), people * limit)
        sums: dict[int, list[int]] = {}
        for number in range(people):
            got = [candidate.rank >> ranking.GRADE_BITS for staff, candidate in shares.taken if staff == number]
            sums.setdefault(len(got), []).append(sum(got))
        for each in sums.values():
            assert max(each) - min(each) <= 4

    @given(grades, crowds, turns, some.dictionaries(some.integers(1, 60), some.integers(0, 13), max_size=40))
    @settings(deadline=None)
    def test_hold_to_limits_ceilings_and_bars_and_leave_nobody_short(
        self, of: list[int], crowd: list[tuple[str, int, int]], turn: int, who: dict[int, int]
    ) -> None:
        takers = [taker(number, tier=tier, limit=limit, team_id=100 + team) for number, (tier, limit, team) in enumerate(crowd)]
        bars: Bars = {member: ({staff}, {100 + staff % 4}) for member, staff in who.items()}
        candidates = pool(of)
        shares = shared(takers, candidates, turn=turn, bars=bars)
        by_id = {each.staff_id: each for each in takers}

        def may(each: Taker, candidate: Candidate) -> bool:
            staff, teams = bars.get(candidate.member_id, (set(), set()))
            return candidate.rank >= each.rank_floor and each.staff_id not in staff and each.team_id not in teams

        assert len({candidate.member_id for _, candidate in shares.taken}) == len(shares.taken)
        assert all(may(by_id[staff], candidate) for staff, candidate in shares.taken)
        counts = Counter(staff for staff, _ in shares.taken)
        assert all(counts[each.staff_id] <= each.limit for each in takers)
        given_away = {candidate.member_id for _, candidate in shares.taken}
        left = [each for each in candidates if each.member_id not in given_away]
        for each in takers:
            if counts[each.staff_id] < each.limit:
                assert not any(may(each, candidate) for candidate in left)

    @given(grades, some.lists(some.integers(0, 12), min_size=1, max_size=12), turns)
    def test_fill_unequal_hands_as_evenly_as_they_go(self, of: list[int], limits: list[int], turn: int) -> None:
        """Nobody has two more than somebody of the same tier who still had room: whoever ended earlier was full, nothing else."""
        shares = shared([taker(number, limit=limit) for number, limit in enumerate(limits)], pool(of), turn=turn)
        counts = Counter(staff for staff, _ in shares.taken)
        assert sum(counts.values()) == min(len(of), sum(limits))
        for one, limit in enumerate(limits):
            if counts[one] < limit:
                assert all(counts[other] <= counts[one] + 1 for other in range(len(limits)))

    @given(grades, some.integers(2, 8), some.integers(1, 8), turns, some.integers(0, 7))
    def test_depend_on_nobodys_number_but_whose_turn_it_is(
        self, of: list[int], people: int, limit: int, turn: int, away: int
    ) -> None:
        """Who is away leaves the rest as fairly served: over as many days as there are people, each is first equally often."""
        here = [taker(number * 7, limit=limit) for number in range(people) if number != away]
        firsts = Counter(shared(here, pool([0] * len(here)), turn=turn + day).taken[0][0] for day in range(len(here)))
        assert set(firsts.values()) == {1}
        one = shared(here, pool(of), turn=turn)
        assert one.taken == shared(list(reversed(here)), pool(of), turn=turn).taken, (
            "the order in which they are listed is no matter"
        )

    @given(some.integers(2, 9), some.integers(1, 9))
    def test_begin_with_another_each_day(self, people: int, day: int) -> None:
        takers = [taker(number, limit=1) for number in range(people)]
        firsts = [shared(takers, pool([0]), turn=day + later).taken[0][0] for later in range(people)]
        assert sorted(firsts) == list(range(people))

    def test_the_better_tier_chooses_first(self) -> None:
        shares = shared([taker(1, tier="Z", limit=2), taker(2, tier="X", limit=2)], pool([2, 2, 3, 3]))
        assert [(staff, candidate.member_id) for staff, candidate in shares.taken] == [(2, 1), (2, 2), (1, 3), (1, 4)]
