"""The company's day. The time itself is read at the edge (doors, jobs) and handed in as `now`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

COMPANY_ZONE = ZoneInfo("Asia/Shanghai")
# A call that nobody answers counts again only in another of these parts of the day.
SLOTS = ((9, 12), (12, 14), (14, 18), (18, 21))


def day_of(now: datetime) -> date:
    """The company's calendar day at that moment."""
    return now.astimezone(COMPANY_ZONE).date()


def start_of(day: date) -> datetime:
    """Midnight at which the company's day begins."""
    return datetime.combine(day, time(), COMPANY_ZONE)


def hour_of(now: datetime) -> datetime:
    """The full hour that holds this moment."""
    return now.astimezone(COMPANY_ZONE).replace(minute=0, second=0, microsecond=0)


def slot_of(now: datetime) -> int | None:
    """Which part of the calling day (0 to 3) this is; None outside calling hours."""
    hour = now.astimezone(COMPANY_ZONE).hour
    for number, (begins, ends) in enumerate(SLOTS):
        if begins <= hour < ends:
            return number
    return None


def until_end_of(day: date) -> timedelta:
    """From midnight to midnight; for ranges over one company day."""
    return start_of(day + timedelta(days=1)) - start_of(day)
