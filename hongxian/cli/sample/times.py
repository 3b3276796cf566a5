"""Times of the invented past as whole seconds, and working days as numbers: a hundred thousand moments are cheap that way."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from hongxian.kernel.clock import SLOTS, day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

DAY, HOUR = 86_400, 3_600
ZONE = 8 * HOUR  # the company's clock has no summer time
EPOCH = date(1970, 1, 1).toordinal()
PAST_DAYS = 90
# How a day's calls lie over the hours from 9 to 21.
HOURS = (9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
WEIGHTS = (7, 12, 11, 4, 5, 10, 12, 11, 8, 6, 9, 5)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The span that is filled: 90 days up to `now`; `last` is the newest day with working hours behind it."""

    now: int
    today: int
    first: int
    last: int

    @classmethod
    def up_to(cls, now: datetime) -> Calendar:
        """The calendar of a fill that begins now."""
        today = number_of(day_of(now))
        moment = int(now.timestamp())
        begun = moment >= start_of(today) + 9 * HOUR + 600
        return cls(now=moment, today=today, first=today - PAST_DAYS, last=today if begun else today - 1)

    def moment(self, rng: Random, day: int, *, after: int = 0) -> int | None:
        """A moment for a call on that day, later than `after` and not in the future; None when there is none left."""
        earliest = max(after + 60, start_of(day) + 9 * HOUR)
        latest = min(start_of(day) + 21 * HOUR, self.now) - 60
        if earliest >= latest:
            return None
        found = start_of(day) + rng.choices(HOURS, WEIGHTS)[0] * HOUR + rng.randrange(HOUR)
        return found if earliest <= found <= latest else rng.randint(earliest, latest)

    def in_slot(self, rng: Random, day: int, slot: int, *, after: int = 0) -> int | None:
        """A moment in one part of that day, as `moment`."""
        begins, ends = SLOTS[slot]
        earliest = max(after + 60, start_of(day) + begins * HOUR)
        latest = min(start_of(day) + ends * HOUR, self.now) - 60
        return rng.randint(earliest, latest) if earliest < latest else None


def start_of(day: int) -> int:
    """Midnight at which that day begins."""
    return day * DAY - ZONE


def day_at(moment: int) -> int:
    """The company's day at that moment."""
    return (moment + ZONE) // DAY


def hour_at(moment: int) -> int:
    """The full hour that holds the moment."""
    return moment - moment % HOUR


def slot_at(moment: int) -> int:
    """The part of the calling day at that moment."""
    hour = (moment + ZONE) % DAY // HOUR
    return next(number for number, (begins, ends) in enumerate(SLOTS) if begins <= hour < ends)


def number_of(day: date) -> int:
    """A date as a number."""
    return day.toordinal() - EPOCH


def date_of(day: int) -> date:
    """A number as a date."""
    return date.fromordinal(day + EPOCH)


def at(moment: int) -> datetime:
    """The moment as the database takes it."""
    return datetime.fromtimestamp(moment, UTC)


def works_on(staff_id: int, day: int) -> bool:
    """Five days of seven; the days off go round, so that a store is never empty."""
    return (day + staff_id) % 7 not in {0, 1}


def next_of(days: Sequence[int], day: int) -> int | None:
    """The first of these days that is not before `day`."""
    place = bisect_left(days, day)
    return days[place] if place < len(days) else None
