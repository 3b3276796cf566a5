"""Periods of a report (时间段): named ones, the days before to compare with, and the steps that time is broken into."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

ONE_DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)  # beyond them nobody works, and steps would leave the calendar
LONGEST = timedelta(days=5 * 366)
MOST_STEPS = 400
STEPS = ("hour", "day", "week", "month", "quarter")
MONTHS = {"month": 1, "quarter": 3}
NAMED = ("today", "yesterday", "week", "last_week", "month", "last_month", "quarter", "last_quarter")


class BadPeriod(Refusal):
    """No such days, or cut into too many pieces."""

    code = "reports.bad_period"
    message = _("请选择时间段：开始不晚于结束，最长五年；一次最多分 400 段，只有一天才能分到小时。")
    status = 422


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`, both among them."""

    since: Annotated[date, PLAIN]
    until: Annotated[date, PLAIN]

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.since).days + 1


def of(since: date, until: date) -> Period:
    """
    The days somebody chose.

    :raises BadPeriod: the end lies before the beginning, or more than five years apart.
    """
    if not FIRST_DAY <= since <= until <= LAST_DAY or until > since + LONGEST:
        raise BadPeriod
    return Period(since, until)


def named(name: str, *, today: date) -> Period:
    """
    One of NAMED as it stands today; one that has not ended goes up to today.

    :raises BadPeriod: no such name.
    """
    if name not in NAMED:
        raise BadPeriod
    if name in {"today", "yesterday"}:
        day = today - ONE_DAY * (name == "yesterday")
        return Period(day, day)
    unit = name.removeprefix("last_")
    begins = start(unit, today)
    if unit == name:
        return Period(begins, today)
    return Period(start(unit, begins - ONE_DAY), begins - ONE_DAY)


def start(unit: str, day: date) -> date:
    """The first day of the week (Monday), month or quarter that holds `day`."""
    if unit == "week":
        return day - ONE_DAY * day.weekday()
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day


def before(period: Period) -> Period:
    """
    What a period is compared with (环比): the same days of the month, quarter or week before when it begins one, else as many days.

    Whole months have as many whole months before them, whatever their lengths; 1 to 12 April has 1 to 12 March, and 1 April to
    12 May, which is more than a month, has 1 January to 12 February.
    """
    if period.since.day == 1 and _is_last(period.until):
        months = (period.until.year - period.since.year) * 12 + period.until.month - period.since.month + 1
        return Period(_moved(period.since, -months), period.since - ONE_DAY)
    for unit, months in (("month", 1), ("quarter", 3)):
        last = _moved(period.since, months) - ONE_DAY
        if period.since == start(unit, period.since) and period.until <= last and period.days > 7:  # noqa: PLR2004 - a week is no month
            since = _moved(period.since, -months)
            return Period(since, min(_moved(period.until, -months), period.since - ONE_DAY))
    length = timedelta(days=7) if period.since == start("week", period.since) and period.days <= 7 else ONE_DAY * period.days  # noqa: PLR2004 - a week
    return Period(period.since - length, period.until - length)


def year_before(period: Period) -> Period:
    """The same days of the year before (同比); 29 February becomes the 28th, and a whole month stays whole."""
    since, until = _moved(period.since, -12), _moved(period.until, -12)
    if period.since.day == 1 and _is_last(period.until):
        until = until.replace(day=monthrange(until.year, until.month)[1])
    return Period(since, until)


def step_of(period: Period) -> str:
    """How time is broken down when nobody says: into hours, days, weeks, months or quarters."""
    for most, step in ((1, "hour"), (45, "day"), (190, "week"), (1100, "month")):
        if period.days <= most:
            return step
    return "quarter"


def steps(period: Period, step: str) -> list[date]:
    """
    The first days of a period's steps; the first step may have begun before the period does. Of hours: the one day.

    :raises BadPeriod: no such step, or too many of them.
    """
    if step not in STEPS or (step == "hour" and period.days > 1):
        raise BadPeriod
    following: Callable[[date], date] = {
        "week": lambda day: day + timedelta(days=7),
        "month": lambda day: _moved(day, 1),
        "quarter": lambda day: _moved(day, 3),
    }.get(step, lambda day: day + ONE_DAY)
    found, day = [], start(step, period.since)
    while day <= period.until:
        found.append(day)
        day = following(day)
        if len(found) > MOST_STEPS:
            raise BadPeriod
    return found


def within(period: Period, step: str, begins: date) -> Period:
    """The days of one step, as far as they lie in the period."""
    ends = {"week": begins + timedelta(days=6), "month": _moved(begins, 1) - ONE_DAY, "quarter": _moved(begins, 3) - ONE_DAY}
    return Period(max(begins, period.since), min(ends.get(step, begins), period.until))


def _moved(day: date, months: int) -> date:
    """The same day so many months later; the last one where a month is too short."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _is_last(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]
