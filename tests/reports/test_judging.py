"""Does a day stand out? Judged by medians: against the person's own days, and against the team's."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hongxian.reports import judging, watching
from hongxian.reports.watching import Day

USUAL = [24, 31, 28, 35, 22, 30, 27, 33, 29, 26]
TEAM = USUAL * 4


def rule(seen: int, own: list[int] = USUAL, team: list[int] = TEAM, *, kind: str = "viewed", ceiling: int | None = None) -> str:
    verdict = judging.judge(kind=kind, seen=seen, own=own, team=team, ceiling=ceiling)
    return verdict.rule if verdict else ""


class TestOneDay:
    def test_like_the_others_does_not_stand_out(self) -> None:
        assert [rule(seen) for seen in (0, 20, 35, 45)] == [""] * 4

    def test_above_both_histories_stands_out(self) -> None:
        assert rule(70) == "both"

    def test_a_steady_abuser_stands_out_against_the_team(self) -> None:
        assert rule(90, own=[88, 92, 90, 85, 95, 91]) == "team"

    def test_somebody_new_is_set_against_the_team_alone(self) -> None:
        assert rule(90, own=[]) == "team"
        assert rule(45, own=[]) == ""

    def test_somebody_without_a_team_is_set_against_their_own_days(self) -> None:
        assert rule(90, team=[]) == "own"

    def test_without_any_history_nothing_is_said_below_the_ceiling(self) -> None:
        assert rule(140, own=[], team=[], ceiling=150) == ""
        assert rule(151, own=[], team=[], ceiling=150) == "ceiling"

    def test_a_busy_day_of_the_whole_team_is_not_one_persons(self) -> None:
        """On campaign days everybody looks at more: the team's days are as high."""
        assert rule(60, team=[58, 61, 57, 60] * 5) == ""

    def test_wild_days_before_do_not_hide_one(self) -> None:
        assert rule(90, own=[*USUAL, 400, 500, 450]) == "both"

    def test_small_numbers_are_left_alone_however_quiet_it_was(self) -> None:
        assert rule(4, own=[0] * 20, team=[0] * 60, kind="denied") == ""
        assert rule(8, own=[0] * 20, team=[0] * 60, kind="denied") == "both"

    @given(st.lists(st.integers(0, 300), max_size=40), st.lists(st.integers(0, 300), max_size=80), st.integers(30, 400))
    def test_more_of_it_never_looks_better(self, own: list[int], team: list[int], seen: int) -> None:
        if rule(seen, own, team):
            assert rule(seen + 50, own, team)


class TestManyDays:
    def test_of_ordinary_teams_raise_next_to_nothing_and_planted_ones_are_found(self) -> None:
        """Forty working days of six teams whose days vary by half; three people who one day do four times as much."""
        rng, begins = Random(7), date(2026, 3, 2)
        planted = {(3, 30), (9, 35), (20, 39)}
        days = [
            Day(staff, begins + timedelta(days=day), "consultant", 1, staff // 5, _views(rng, staff, day, planted), 0, 0, 0)
            for staff in range(30)
            for day in range(40)
        ]
        found = set()
        for day in range(12, 40):
            today = begins + timedelta(days=day)
            known = [each for each in days if today - watching.HISTORY <= each.day <= today]
            found |= {(each.staff_id, day) for each in watching.standing_out(known, today)}
        assert planted <= found
        assert len(found - planted) <= 3  # of 840 days

    def test_mates_are_of_the_same_team_and_role(self) -> None:
        today = date(2026, 3, 20)
        days = [Day(1, today, "consultant", 1, 1, 90, 0, 0, 0), Day(99, today, "store_manager", 1, None, 400, 0, 0, 0)]
        days += [Day(2, today - timedelta(days=n), "consultant", 1, 1, 30, 0, 0, 0) for n in range(12)]
        days += [Day(3, today - timedelta(days=n), "consultant", 1, 2, 300, 0, 0, 0) for n in range(12)]
        found = watching.standing_out(days, today)
        assert [(each.staff_id, each.kind, each.verdict.team_days) for each in found if each.staff_id == 1] == [(1, "viewed", 12)]


def _views(rng: Random, staff: int, day: int, planted: set[tuple[int, int]]) -> int:
    usual = int(rng.gauss(28, 7) * rng.choice((0.8, 1.0, 1.1)))
    return max(0, usual) * (4 if (staff, day) in planted else 1)
