"""What came of people's calls, by consultant, for those who review them. Counts only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class CallResults:
    """One consultant's calls of a span and what they came to."""

    staff_id: int
    calls: int
    connects: int
    interested: int
    refusals: int


_results = Statement("outreach", "results_of_people", CallResults)


def results(*, city_id: int, store_id: int, since: datetime, until: datetime) -> list[CallResults]:
    """By consultant, from `since` until before `until`; who made no call is left out."""
    return _results.all(city_id=city_id, store_id=store_id, since=since, until=until)
