"""Who is taken for a machine: bots with small jitter are, somebody quick isn't."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.outreach import rhythm

if TYPE_CHECKING:
    from collections.abc import Iterable

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
# Seconds between one press of "send" and the next, made after the pattern of a practised clerk with the keyboard: quick runs,
# a longer look now and then, a sip of tea, a question from the next desk.
QUICK_CLERK = (
    *(5.1, 4.2, 7.9, 4.6, 6.3, 11.8, 4.4, 5.7, 9.2, 4.9, 17.4, 5.3, 6.8, 4.3, 8.1, 5.0, 38.5, 6.1, 4.7, 5.6),
    *(13.2, 4.5, 7.2, 5.9, 4.8, 10.3, 64.0, 5.2, 6.6, 4.4, 9.7, 5.5, 8.8, 4.6, 21.9, 6.0, 5.1, 7.5, 4.9, 12.4),
)
STEADY_CLERK = (
    *(21.4, 30.2, 18.9, 26.7, 41.3, 24.0, 19.5, 33.8, 22.6, 17.8, 29.1, 52.4, 20.3, 25.5, 36.2, 18.4, 23.9, 31.0),
    *(19.2, 44.7, 27.3, 21.8, 16.9, 34.6, 24.8, 29.9, 20.7, 38.1),
)


def moments(gaps: Iterable[float]) -> list[datetime]:
    found = [NOON]
    for gap in gaps:
        found.append(found[-1] + timedelta(seconds=gap))
    return found


def seen_at_any_point(gaps: Iterable[float]) -> str:
    """As the sender is looked at: anew with each press."""
    known = moments(gaps)
    signs = (rhythm.sign_in(known[: number + 1]) for number in range(len(known)))
    return next((sign.kind for sign in signs if sign), "")


class TestAPerson:
    @pytest.mark.parametrize("gaps", [QUICK_CLERK, STEADY_CLERK])
    def test_who_works_fast_is_not_taken_for_a_machine(self, gaps: tuple[float, ...]) -> None:
        assert seen_at_any_point(gaps) == ""

    def test_of_a_thousand_quick_ones_hardly_any_is(self) -> None:
        """Gaps of people are long to the right; a variation of 0.4 about five seconds is somebody very quick and very even."""
        dice = random.Random(6)
        wrong = sum(bool(seen_at_any_point([max(2.0, dice.lognormvariate(1.6, 0.4)) for _ in range(29)])) for _ in range(1_000))
        assert wrong <= 2

    def test_who_has_sent_little_says_nothing(self) -> None:
        assert seen_at_any_point([20.0] * 11) == ""

    def test_who_sends_next_to_somebody_is_not_in_step(self) -> None:
        dice = random.Random(7)
        for _ in range(300):
            one, two = (moments(dice.lognormvariate(2.7, 0.5) for _ in range(25)) for _ in range(2))
            assert rhythm.lockstep(one, {2: two}) is None


class TestAMachine:
    @pytest.mark.parametrize("jitter", [0.0, 0.02, 0.05, 0.1, 0.15, 0.2])
    @pytest.mark.parametrize("every", [3.0, 20.0, 300.0])
    def test_with_small_jitter_is_seen(self, every: float, jitter: float) -> None:
        dice = random.Random(8)
        for _ in range(50):
            gaps = [every * dice.uniform(1 - jitter, 1 + jitter) for _ in range(25)]
            assert seen_at_any_point(gaps) in {"regular", "burst"}

    def test_that_takes_breaks_is_seen(self) -> None:
        dice = random.Random(9)
        gaps = [dice.uniform(300, 400) if number % 8 == 7 else dice.uniform(9, 11) for number in range(29)]
        assert seen_at_any_point(gaps) == "regular"

    def test_beyond_human_speed_is_seen_at_once(self) -> None:
        assert seen_at_any_point([60.0, 1.1, 0.8, 1.9, 1.3, 0.7]) == "burst"

    def test_with_five_accounts_in_step_is_seen_whatever_its_gaps(self) -> None:
        dice = random.Random(10)
        one = moments(dice.uniform(10, 70) for _ in range(14))
        two = [each + timedelta(seconds=dice.uniform(3.0, 4.2)) for each in one]
        assert rhythm.sign_in(one) is None
        found = rhythm.lockstep(two, {7: one})
        assert found is not None
        assert found.numbers["account"] == 7
        assert 3.0 <= -found.numbers["distance"] <= 4.2

    def test_says_what_was_seen(self) -> None:
        found = rhythm.sign_in(moments([20.0] * 14))
        assert found == rhythm.Sign("regular", {"gaps": 14, "seconds": 20.0, "variation": 0.0})
