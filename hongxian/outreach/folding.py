"""
Days that are over, added up by team (outreach_daysum), so that a report of the whole company's month need not read every
consultant's row: some thousand rows instead of some hundred thousand.

Only what cannot be wrong is read from them. A day is folded three days after it is over. Whoever changes a count of an old
day all the same (a report of a text that comes late) takes the city's lock in common with others and deletes that day's
sums in the same transaction; whoever folds takes the lock alone, and only then looks. Until it is folded again the day is
counted from the consultants' rows. So a report says the same with and without.

One thing stands where it stood when the day was folded: claims, which quotas keep without a store. Who changes store takes
the claims of the last three days along, not those of last month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCK_SPACE = 0x466F  # advisory locks over a city's folded days
SETTLED_AFTER, BACK = timedelta(days=3), timedelta(days=3 * 366)
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Waited:
    waited: bool


@dataclass(frozen=True, slots=True)
class _Day:
    begins: datetime


_due = Statement("outreach", "days_to_fold", _Day)
_lock = Statement("outreach", "lock_folds", _Waited)
_hold = Statement("outreach", "hold_folds", _Waited)
_fold = Command("outreach", "fold_day")
_unfold = Command("outreach", "unfold_days")


def fold(*, city_id: int, now: datetime, most: int = AT_ONCE) -> int:
    """Folds days of a city that are over, the newest first; how many. The rest at the next call."""
    last = day_of(now) - SETTLED_AFTER
    due = _due.all(city_id=city_id, since=start_of(last - BACK), until=start_of(last), most=most)
    for each in due:
        with transaction.atomic():
            _lock.all(space=LOCK_SPACE, city_id=city_id)
            _fold.run(city_id=city_id, begins=each.begins, day=day_of(each.begins))
    return len(due)


def unfold(*, city_id: int, begins: Iterable[datetime]) -> None:
    """For whoever changes counts of these days, in their transaction and before they do."""
    days = sorted(set(begins))
    if days:
        _hold.all(space=LOCK_SPACE, city_id=city_id)
        _unfold.run(city_id=city_id, begins=days)
