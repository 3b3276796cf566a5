"""The leaderboard: nobody gets to its top by volume alone."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hongxian.reports import scoring
from hongxian.reports.work import COUNTS, Work


def team(unit_id: int, *, calls: int, booked: int = 0, **more: int) -> Work:
    return Work(unit_id, f"{unit_id} 组", f"Team {unit_id}", calls=calls, booked=booked, **more)


def winner(*works: Work) -> int | None:
    first = scoring.ranked(works)[0]
    return first.unit_id if first.place == 1 else None


def grown(work: Work, times: int) -> Work:
    """The same team at the same rates, doing so many times as much."""
    return replace(work, **{name: times * getattr(work, name) for name in COUNTS})


TEAMS = st.builds(
    team,
    unit_id=st.integers(1, 1_000_000),
    calls=st.integers(0, 900),
    booked=st.integers(0, 40),
    refusals=st.integers(0, 20),
    complaints=st.integers(0, 1),
    cap_hits=st.integers(0, 5),
    contracts=st.integers(0, 3),
)


MANY = st.lists(TEAMS, min_size=2, max_size=8, unique_by=lambda each: each.unit_id)


def standing(works: list[Work]) -> dict[int, int | None]:
    return {each.unit_id: each.place for each in scoring.ranked(works)}


class TestVolume:
    def test_ten_times_the_calls_and_more_results_do_not_beat_better_work(self) -> None:
        """一组 has four times the results out of ten times the calls."""
        loud, good, usual = team(1, calls=5000, booked=100), team(2, calls=500, booked=25), team(3, calls=500, booked=10)
        assert loud.gain > good.gain
        assert winner(loud, good, usual) == 2

    def test_results_bought_with_noes_do_not_win(self) -> None:
        pushing, calm = team(1, calls=800, booked=60, refusals=16), team(2, calls=400, booked=12)
        assert winner(pushing, calm) == 2

    def test_one_complaint_costs_more_than_a_busy_day_brings(self) -> None:
        told_of, calm = team(1, calls=400, booked=30, complaints=1), team(2, calls=400, booked=10)
        assert winner(told_of, calm) == 2

    def test_a_hundred_times_the_contacts_do_not_pass_a_better_rate_of_three_hundred(self) -> None:
        """The rate of 一组 is a little lower; however much of it there is, it stays behind."""
        huge, better, usual = team(1, calls=30_000, booked=2_850), team(2, calls=300, booked=30), team(3, calls=400, booked=8)
        assert winner(huge, better, usual) == 2
        assert winner(team(1, calls=300, booked=28), better, usual) == 2

    def test_nor_do_few_lucky_calls(self) -> None:
        lucky, steady = team(1, calls=50, booked=4), team(2, calls=900, booked=63)
        others = [team(each, calls=900, booked=18) for each in (3, 4)]
        assert scoring.rate(lucky) > scoring.rate(steady)
        assert winner(lucky, steady, *others) == 2

    @pytest.mark.parametrize("calls", [0, 1, 49])
    def test_fewer_than_fifty_contacts_have_no_place(self, calls: int) -> None:
        found = {each.unit_id: each for each in scoring.ranked([team(1, calls=calls, contracts=1), team(2, calls=200, booked=4)])}
        assert (found[1].place, found[1].why, found[2].place) == (None, scoring.FEW, 1)

    def test_is_not_for_who_brought_nothing_and_that_is_not_called_costly(self) -> None:
        found = {each.unit_id: each.why for each in scoring.ranked([team(1, calls=90), team(2, calls=90, refusals=1)])}
        assert found == {1: scoring.NOTHING, 2: scoring.COSTLY}

    def test_who_cost_more_than_it_brought_has_none_however_much_it_calls(self) -> None:
        found = scoring.ranked([team(1, calls=100_000, booked=10, refusals=20), team(2, calls=60, booked=1)])
        assert [(each.unit_id, each.place, each.why) for each in found] == [(2, 1, ""), (1, None, scoring.COSTLY)]

    @given(works=MANY, who=st.integers(0, 7), times=st.integers(2, 1000))
    def test_doing_more_of_the_same_moves_nobody_at_all(self, works: list[Work], who: int, times: int) -> None:
        """From 300 contacts on the whole board stays as it is, however much more somebody does."""
        grows = works[who % len(works)]
        assume(grows.contacts >= scoring.FULL)
        more = [grown(each, times) if each is grows else each for each in works]
        assert standing(more) == standing(works)

    @given(works=MANY, who=st.integers(0, 7), times=st.integers(2, 1000))
    def test_nor_does_it_lift_anybody_past_a_better_rate_that_is_well_founded(
        self, works: list[Work], who: int, times: int
    ) -> None:
        """Also for those who had few contacts before."""
        grows = works[who % len(works)]
        assume(grows.contacts > 0)
        more = [grown(each, times) if each is grows else each for each in works]
        found = standing(more)
        for each in works:
            if each.contacts >= scoring.FULL and scoring.rate(each) > scoring.rate(grows) and found[grows.unit_id] is not None:
                better = found[each.unit_id]
                assert better is not None
                assert better <= (found[grows.unit_id] or 0)

    @given(works=MANY, who=st.integers(0, 7), calls=st.integers(1, 100_000))
    def test_calls_that_bring_nothing_never_raise_a_place(self, works: list[Work], who: int, calls: int) -> None:
        pads = works[who % len(works)]
        assume(pads.contacts >= scoring.FULL)
        before = standing(works)[pads.unit_id]
        after = standing([replace(each, calls=each.calls + calls) if each is pads else each for each in works])[pads.unit_id]
        assert after is None or (before is not None and after >= before)

    @given(works=st.lists(TEAMS, min_size=1, max_size=6, unique_by=lambda each: each.unit_id), times=st.integers(2, 1000))
    def test_a_score_never_leaves_its_own_rate_and_the_middle(self, works: list[Work], times: int) -> None:
        known = [each for each in works if each.contacts >= scoring.LEAST]
        assume(known)
        middle = max(0.0, median(scoring.rate(each) for each in known))
        for place in scoring.ranked([grown(known[0], times), *(each for each in works if each is not known[0])]):
            if place.contacts >= scoring.LEAST:
                low, high = sorted((place.rate, middle))
                assert low - 0.02 <= place.score <= high + 0.02

    def test_campaigns_are_no_contacts_and_their_opt_outs_count(self) -> None:
        """Whoever sends ten thousand texts to dilute a refusal finds that nothing is diluted."""
        plain, sender = team(1, calls=300, booked=12), team(2, calls=300, booked=12, opted_out=9)
        assert sender.contacts == 300
        assert winner(plain, sender) == 1


class TestRanked:
    def test_equal_scores_share_a_place(self) -> None:
        found = scoring.ranked([team(1, calls=100, booked=5), team(2, calls=100, booked=5), team(3, calls=100, booked=3)])
        assert [(each.unit_id, each.place) for each in found] == [(1, 1), (2, 1), (3, 3)]

    def test_rests_are_not_scored(self) -> None:
        found = scoring.ranked([team(1, calls=100, booked=5, rests=9), team(2, calls=100, booked=5)])
        assert {each.place for each in found} == {1}

    def test_nobody_is_ranked_where_nobody_worked(self) -> None:
        assert [each.place for each in scoring.ranked([team(1, calls=0), team(2, calls=0)])] == [None, None]

    def test_what_belongs_to_nobody_is_left_out(self) -> None:
        assert scoring.ranked([team(0, calls=500, booked=50)]) == []
