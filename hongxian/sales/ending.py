"""The end of contracts by themselves: their last day is over, or the member is being erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import NotAllowed
from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

_past = Command("sales", "end_past")
_erased = Command("sales", "end_of_erased")


def end_past(*, by: Actor, city_id: int, now: datetime) -> int:
    """Contracts whose last day is over have ended; how many. Their grounds ended by themselves at midnight."""
    if by.role != Role.SYSTEM:
        raise NotAllowed
    return _past.run(city_id=city_id, today=day_of(now), now=now)


def end_of_erased(*, city_id: int, member_id: int, now: datetime) -> None:
    """Part of erasing a member: nothing is in force any more. The rows stay for the books, under a number that names nobody."""
    _erased.run(city_id=city_id, member_id=member_id, now=now)
