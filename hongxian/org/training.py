"""Passing the privacy training: certifies for twelve months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

VALID_FOR = timedelta(days=365)
_add = Command("org", "add_training")


def certify(*, by: Actor, course: str, score: int, now: datetime) -> date:
    """Records that the acting person has passed; gives the last valid day."""
    valid_until = day_of(now) + VALID_FOR
    _add.run(staff_id=by.staff_id, course=course, now=now, valid_until=valid_until, score=score)
    return valid_until
