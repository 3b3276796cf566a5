"""Numbers that were not seen: found, filled, split."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hongxian.audit.gaps import Gap, holes, without
from tests.world import NOON

NUMBERS = st.lists(st.integers(1, 60), unique=True).map(sorted)


def spread(gaps: list[Gap]) -> list[int]:
    return [number for gap in gaps for number in range(gap.first_id, gap.last_id + 1)]


class TestHoles:
    @given(NUMBERS, st.integers(0, 20))
    def test_and_numbers_are_everything_up_to_the_last(self, ids: list[int], low: int) -> None:
        seen = [each for each in ids if each > low]
        found = list(holes(low=low, ids=seen, now=NOON))
        assert sorted(spread(found) + seen) == list(range(low + 1, (seen[-1] if seen else low) + 1))
        assert all(gap.seen_at == NOON and gap.horizon is None for gap in found)


class TestWithout:
    @given(NUMBERS)
    def test_leaves_exactly_the_others(self, ids: list[int]) -> None:
        gap = Gap(10, 50, NOON, 7)
        seen = [each for each in ids if 10 <= each <= 50]
        left = list(without(gap, seen))
        assert sorted(spread(left) + seen) == list(range(10, 51))
        assert all((each.seen_at, each.horizon) == (NOON, 7) for each in left)
