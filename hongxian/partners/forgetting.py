"""What partners asked for and were told is kept for a while, without anybody's data in it; then it goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

NAMES_KEPT, TOLD_KEPT, COUNTS_KEPT = timedelta(days=7), timedelta(days=30), timedelta(days=1)
_requests = Command("partners", "forget_requests")
_deliveries = Command("partners", "forget_deliveries")
_minutes = Command("partners", "forget_minutes")


def forget_past(*, city_id: int, now: datetime) -> int:
    """Requests and their names after a week, messages after a month, counts after a day; how many rows."""
    gone = _requests.run(city_id=city_id, before=now - NAMES_KEPT)
    gone += _deliveries.run(city_id=city_id, before=now - TOLD_KEPT)
    return gone + _minutes.run(city_id=city_id, before=now - COUNTS_KEPT)
