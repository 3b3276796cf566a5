"""Judging: per hundred calls, with refusals and complaints counted; one step at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hongxian.org import rule_kinds
from hongxian.tiers.judging import TIERS, Results, Verdict, judge, may_become, score_of

RULE = rule_kinds.first_value(rule_kinds.REVIEW)
GOOD = Results(calls=500, connects=200, interested=40, arrived=8, contracts=2, refusals=6)


def verdict(results: Results, *, tier: str = "Y", whole_month: bool = True) -> Verdict:
    return judge(results, tier=tier, whole_month=whole_month, rule=RULE)


class TestScore:
    def test_is_per_hundred_calls(self) -> None:
        assert score_of(GOOD, RULE) == (2 * 50 + 8 * 10 + 40 - 6 * 3) * 100 // 500 == 40

    @given(some.integers(1, 20), some.integers(0, 40), some.integers(0, 20), some.integers(0, 10), some.integers(0, 60))
    def test_volume_alone_changes_nothing(self, times: int, interested: int, arrived: int, contracts: int, refusals: int) -> None:
        once = Results(400, 100, interested, arrived, contracts, refusals)
        often = Results(400 * times, 100 * times, interested * times, arrived * times, contracts * times, refusals * times)
        assert score_of(once, RULE) == score_of(often, RULE)

    @given(some.integers(0, 60), some.integers(1, 9))
    def test_every_refusal_and_complaint_costs(self, refusals: int, more: int) -> None:
        calm = Results(calls=100, contracts=3, refusals=refusals)
        pressed = Results(calls=100, contracts=3, refusals=refusals + more)
        complained = Results(calls=100, contracts=3, refusals=refusals, complaints=more)
        assert score_of(calm, RULE) > score_of(pressed, RULE) > score_of(complained, RULE)


class TestJudge:
    @pytest.mark.parametrize(
        ("results", "tier", "expected"),
        [
            (GOOD, "Y", Verdict("X", "up", 40)),
            (GOOD, "X", Verdict("X", "top", 40)),
            (Results(calls=500, arrived=8, contracts=5, complaints=1), "Y", Verdict("Y", "complaint", 56)),
            (Results(calls=500, interested=10, refusals=20), "Y", Verdict("Z", "down", -10)),
            (Results(calls=500, interested=10, refusals=20), "Z", Verdict("Z", "bottom", -10)),
            (Results(calls=500, interested=50), "Y", Verdict("Y", "steady", 10)),
            (Results(calls=199, contracts=20), "Y", Verdict("Y", "few")),
            (Results(), "Y", Verdict("Y", "few")),
        ],
    )
    def test_says(self, results: Results, tier: str, expected: Verdict) -> None:
        assert verdict(results, tier=tier) == expected

    def test_a_first_month_says_nothing(self) -> None:
        assert verdict(GOOD, whole_month=False) == Verdict("Y", "new")

    @given(some.builds(Results, *[some.integers(0, 900)] * 7), some.sampled_from(TIERS))
    def test_never_more_than_one_step(self, results: Results, tier: str) -> None:
        assert verdict(results, tier=tier).tier in may_become(tier)

    def test_steps(self) -> None:
        assert [may_become(tier) for tier in TIERS] == [("X", "Y"), ("X", "Y", "Z"), ("Y", "Z")]
