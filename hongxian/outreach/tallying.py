"""
Counts of what went wrong for the member, beside the calls: contacts refused over a cap (触顶), and rests (休息) that began.

They stand in the consultant's own row of the hour and the day (`outreach_tally`), written in the transaction of what they
count, so that nobody waits for anybody else's row. A preview that is refused counts nothing: only who pressed has tried.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

CAPS = frozenset({"cap_month", "cap_lifetime", "cap_day"})

_more = Command("outreach", "tally_more")


def cap_hits(*, city_id: int, denied: Iterable[tuple[int, str]], now: datetime) -> None:
    """Counts those of the refused (staff, the gate's reason) that a cap stopped, in the caller's transaction."""
    counts = Counter(staff_id for staff_id, reason in denied if reason in CAPS)
    if counts:
        _count(city_id=city_id, cap_hits=counts, rests=Counter(), now=now)


def rest(*, city_id: int, staff_id: int, now: datetime) -> None:
    """Counts a rest that this consultant's third no-answer began, in the caller's transaction."""
    _count(city_id=city_id, cap_hits=Counter(), rests=Counter([staff_id]), now=now)


def _count(*, city_id: int, cap_hits: Counter[int], rests: Counter[int], now: datetime) -> None:
    staff_ids = sorted({*cap_hits, *rests})
    _more.run(
        city_id=city_id,
        staff_ids=staff_ids,
        cap_hits=[cap_hits[each] for each in staff_ids],
        rests=[rests[each] for each in staff_ids],
        hour=hour_of(now),
        day=start_of(day_of(now)),
    )
