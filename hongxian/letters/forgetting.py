"""The way out: erasure of one member's letters, and the end of what was kept long enough. Nothing is read on the way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.actor import COMPANY
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

AT_ONCE = 2_000
BATCHES_KEPT = timedelta(days=30)  # a signature is good for minutes; this is for whoever counts

_forget = Command("letters", "forget")
_viewed = Command("letters", "expire_viewed")
_sent = Command("letters", "expire_sent")
_batches = Command("letters", "expire_batches")


def forget(*, city_id: int, member_id: int) -> None:
    """Deletes everything that a member viewed and sent, in the surrounding transaction."""
    _forget.run(city_id=city_id, member_id=member_id)


def expire(*, city_id: int, now: datetime) -> int:
    """Deletes what is past its day in a city; how many rows. Called daily by the worker."""
    gone = 0
    for command in (_viewed, _sent):
        while True:
            count = command.run(city_id=city_id, today=day_of(now), size=AT_ONCE)
            gone += count
            if count < AT_ONCE:
                break
    _batches.run(city_id=COMPANY, before=now - BATCHES_KEPT)
    return gone
