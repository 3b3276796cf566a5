"""Working days: holidays, worked weekends, and years that nobody knows yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.kernel.workdays import add_workdays, is_known, is_workday, workdays_between

KNOWN = st.dates(date(2004, 1, 1), date(2026, 12, 31))
ANY = st.dates(date(2001, 1, 1), date(2035, 12, 31))


class TestIsWorkday:
    @pytest.mark.parametrize(
        ("day", "works"),
        [
            (date(2026, 2, 13), True),  # the Friday before
            (date(2026, 2, 14), True),  # a Saturday worked for the Spring Festival
            (date(2026, 2, 16), False),  # 除夕
            (date(2026, 2, 23), False),  # its last day, a Monday
            (date(2026, 2, 24), True),
            (date(2026, 2, 28), True),  # a Saturday worked
            (date(2026, 3, 1), False),  # an ordinary Sunday
            (date(2026, 10, 1), False),  # 国庆
            (date(2026, 10, 10), True),  # a Saturday worked
            (date(2025, 1, 26), True),  # a Sunday worked
        ],
    )
    def test_knows_holidays_and_worked_weekends(self, day: date, *, works: bool) -> None:
        assert is_workday(day) is works
        assert is_known(day)

    @pytest.mark.parametrize("day", [date(2003, 10, 1), date(2031, 1, 1), date(2031, 1, 4), date(2031, 1, 5)])
    def test_takes_every_day_of_an_unknown_year_for_a_working_day(self, day: date) -> None:
        assert is_workday(day)
        assert not is_known(day)


class TestAddWorkdays:
    @pytest.mark.parametrize(
        ("day", "n", "end"),
        [
            (date(2026, 6, 1), 1, date(2026, 6, 2)),
            (date(2026, 6, 5), 1, date(2026, 6, 8)),  # over a weekend
            (date(2026, 2, 13), 1, date(2026, 2, 14)),  # the worked Saturday
            (date(2026, 2, 14), 1, date(2026, 2, 24)),  # over the whole Spring Festival
            (date(2026, 2, 9), 15, date(2026, 3, 6)),  # fifteen days around it
            (date(2026, 2, 24), -1, date(2026, 2, 14)),
            (date(2026, 6, 7), 0, date(2026, 6, 7)),  # a Sunday stays one
        ],
    )
    def test_steps_over_what_is_off(self, day: date, n: int, end: date) -> None:
        assert add_workdays(day, n) == end

    def test_counts_every_day_of_a_year_that_is_not_known(self) -> None:
        assert add_workdays(date(2031, 1, 1), 15) == date(2031, 1, 16)

    def test_goes_over_into_a_year_that_is_not_known(self) -> None:
        """The known part has its weekends, the unknown part has none."""
        last_known = date(2026, 12, 31)  # a Thursday
        assert add_workdays(last_known, 4) == date(2027, 1, 4) or is_known(date(2027, 1, 1))

    @given(ANY, st.integers(1, 60))
    def test_ends_on_a_working_day_with_so_many_between(self, day: date, n: int) -> None:
        end = add_workdays(day, n)
        assert is_workday(end)
        assert workdays_between(day, end) == n

    @given(ANY, st.integers(1, 40), st.integers(1, 40))
    def test_in_two_steps_is_the_same(self, day: date, n: int, more: int) -> None:
        assert add_workdays(add_workdays(day, n), more) == add_workdays(day, n + more)

    @given(ANY, st.integers(1, 60))
    def test_is_never_later_than_the_same_number_of_weekdays_and_holidays_could_make_it(self, day: date, n: int) -> None:
        assert day + timedelta(days=n) <= add_workdays(day, n) <= day + timedelta(days=3 * n + 12)

    @given(KNOWN, st.integers(1, 60))
    def test_back_and_forth_from_a_working_day_is_home(self, day: date, n: int) -> None:
        start = add_workdays(day, 1)
        assert add_workdays(add_workdays(start, n), -n) == start


class TestBetween:
    @given(ANY, st.integers(0, 200), st.integers(0, 200))
    def test_adds_up(self, day: date, first: int, second: int) -> None:
        middle, end = day + timedelta(days=first), day + timedelta(days=first + second)
        assert workdays_between(day, middle) + workdays_between(middle, end) == workdays_between(day, end)

    @given(ANY, st.integers(0, 200))
    def test_is_negative_backwards(self, day: date, n: int) -> None:
        later = day + timedelta(days=n)
        assert workdays_between(later, day) == -workdays_between(day, later)
