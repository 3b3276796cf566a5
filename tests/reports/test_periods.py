"""Periods: what a name means today, what comes before, and how time is cut into steps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongxian.reports import periods
from hongxian.reports.periods import BadPeriod, Period

DAYS = st.dates(date(2021, 1, 1), date(2030, 12, 31))
TODAY = date(2026, 5, 13)  # a Wednesday


def days(since: str, until: str) -> Period:
    return Period(date.fromisoformat(since), date.fromisoformat(until))


class TestNames:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("today", ("2026-05-13", "2026-05-13")),
            ("yesterday", ("2026-05-12", "2026-05-12")),
            ("week", ("2026-05-11", "2026-05-13")),
            ("last_week", ("2026-05-04", "2026-05-10")),
            ("month", ("2026-05-01", "2026-05-13")),
            ("last_month", ("2026-04-01", "2026-04-30")),
            ("quarter", ("2026-04-01", "2026-05-13")),
            ("last_quarter", ("2026-01-01", "2026-03-31")),
        ],
    )
    def test_mean_these_days(self, name: str, expected: tuple[str, str]) -> None:
        assert periods.named(name, today=TODAY) == days(*expected)

    def test_that_are_none_are_refused(self) -> None:
        with pytest.raises(BadPeriod):
            periods.named("century", today=TODAY)

    @pytest.mark.parametrize(("since", "until"), [("2026-02-02", "2026-02-01"), ("2020-01-01", "2026-02-01")])
    def test_days_that_are_none_are_refused(self, since: str, until: str) -> None:
        with pytest.raises(BadPeriod):
            periods.of(date.fromisoformat(since), date.fromisoformat(until))


class TestBefore:
    @pytest.mark.parametrize(
        ("now", "then"),
        [
            (("2026-05-01", "2026-05-13"), ("2026-04-01", "2026-04-13")),
            (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
            (("2026-02-01", "2026-02-28"), ("2026-01-01", "2026-01-31")),
            (("2026-03-01", "2026-03-30"), ("2026-02-01", "2026-02-28")),
            (("2026-04-01", "2026-06-30"), ("2026-01-01", "2026-03-31")),
            (("2026-04-01", "2026-04-30"), ("2026-03-01", "2026-03-31")),
            (("2026-10-01", "2026-10-12"), ("2026-09-01", "2026-09-12")),
            (("2026-10-01", "2026-11-26"), ("2026-07-01", "2026-08-26")),
            (("2026-05-11", "2026-05-13"), ("2026-05-04", "2026-05-06")),
            (("2026-05-11", "2026-05-17"), ("2026-05-04", "2026-05-10")),
            (("2026-05-13", "2026-05-13"), ("2026-05-12", "2026-05-12")),
            (("2026-05-03", "2026-05-12"), ("2026-04-23", "2026-05-02")),
        ],
    )
    def test_is_the_same_part_of_the_one_before(self, now: tuple[str, str], then: tuple[str, str]) -> None:
        assert periods.before(days(*now)) == days(*then)

    @pytest.mark.parametrize(
        ("now", "then"),
        [
            (("2026-05-01", "2026-05-13"), ("2025-05-01", "2025-05-13")),
            (("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
            (("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
            (("2025-02-28", "2025-02-28"), ("2024-02-28", "2024-02-28")),
            (("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
            (("2025-02-15", "2025-02-28"), ("2024-02-15", "2024-02-28")),
            (("2025-01-01", "2025-12-31"), ("2024-01-01", "2024-12-31")),
            (("2026-12-28", "2027-01-03"), ("2025-12-28", "2026-01-03")),
        ],
    )
    def test_a_year_is_a_year(self, now: tuple[str, str], then: tuple[str, str]) -> None:
        assert periods.year_before(days(*now)) == days(*then)

    @given(DAYS, st.integers(0, 400))
    def test_a_year_before_is_as_long_but_for_a_leap_day(self, since: date, length: int) -> None:
        period = Period(since, since + timedelta(days=length))
        assert abs(periods.year_before(period).days - period.days) <= 1

    @pytest.mark.parametrize(
        ("now", "then"),
        [
            (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31")),
            (("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29")),
            (("2024-03-01", "2024-03-30"), ("2024-02-01", "2024-02-29")),
            (("2025-03-01", "2025-03-29"), ("2025-02-01", "2025-02-28")),
            (("2027-01-01", "2027-01-31"), ("2026-12-01", "2026-12-31")),
            (("2027-01-01", "2027-03-31"), ("2026-10-01", "2026-12-31")),
            (("2026-04-01", "2026-04-30"), ("2026-03-01", "2026-03-31")),
            (("2026-04-01", "2026-04-12"), ("2026-03-01", "2026-03-12")),
            (("2026-04-01", "2026-05-12"), ("2026-01-01", "2026-02-12")),
            (("2024-01-01", "2024-12-31"), ("2023-01-01", "2023-12-31")),
            (("2025-01-01", "2025-06-30"), ("2024-07-01", "2024-12-31")),
            (("2026-12-28", "2027-01-03"), ("2026-12-21", "2026-12-27")),
            (("2021-01-04", "2021-01-10"), ("2020-12-28", "2021-01-03")),
        ],
    )
    def test_goes_over_months_leap_days_weeks_and_years(self, now: tuple[str, str], then: tuple[str, str]) -> None:
        assert periods.before(days(*now)) == days(*then)

    @given(DAYS, st.integers(0, 400))
    def test_never_overlaps(self, since: date, length: int) -> None:
        period = Period(since, since + timedelta(days=length))
        before = periods.before(period)
        assert before.since <= before.until < period.since


class TestSteps:
    @given(DAYS, st.integers(0, 390), st.sampled_from(["day", "week", "month", "quarter"]))
    def test_cover_every_day_once(self, since: date, length: int, step: str) -> None:
        period = Period(since, since + timedelta(days=length))
        pieces = [periods.within(period, step, first) for first in periods.steps(period, step)]
        covered = [each.since + timedelta(days=n) for each in pieces for n in range(each.days)]
        assert covered == [since + timedelta(days=n) for n in range(length + 1)]

    def test_too_many_are_refused(self) -> None:
        with pytest.raises(BadPeriod):
            periods.steps(days("2024-01-01", "2026-01-01"), "day")
        with pytest.raises(BadPeriod):
            periods.steps(days("2026-01-01", "2026-01-02"), "hour")

    @given(DAYS, st.integers(0, 5 * 366))
    def test_nobody_chose_are_never_too_many(self, since: date, length: int) -> None:
        period = Period(since, since + timedelta(days=length))
        assert len(periods.steps(period, periods.step_of(period))) <= 60
