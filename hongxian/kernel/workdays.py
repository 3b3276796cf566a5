"""
Working days as the State Council arranges them: public holidays off, some weekends worked instead (调休).

The calendar of a year is announced late in the year before. A day that it doesn't know yet counts as a working day, a
Sunday too: a clock that a person's right hangs on may run too fast, never too slow.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

import chinese_calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

ONE_DAY = timedelta(days=1)
NOTHING_MORE: Mapping[date, bool] = MappingProxyType({})


def is_workday(day: date, also: Mapping[date, bool] = NOTHING_MORE) -> bool:
    """Whether people work on that day; unknown means yes. `also` has days that were announced since (org/rules.py)."""
    if day in also:
        return also[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return True


def is_known(day: date) -> bool:
    """Whether the calendar of that day's year has been announced to us."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def add_workdays(day: date, n: int, also: Mapping[date, bool] = NOTHING_MORE) -> date:
    """The n-th working day after `day`, which itself is not counted; before it when n is negative. 0 gives the day itself."""
    step = ONE_DAY if n > 0 else -ONE_DAY
    left = abs(n)
    while left:
        day += step
        left -= is_workday(day, also)
    return day


def workdays_between(start: date, end: date, also: Mapping[date, bool] = NOTHING_MORE) -> int:
    """How many working days come after `start`, up to and with `end`; negative when `end` has passed."""
    if end < start:
        return -workdays_between(end, start, also)
    return sum(is_workday(start + timedelta(days=n), also) for n in range(1, (end - start).days + 1))
