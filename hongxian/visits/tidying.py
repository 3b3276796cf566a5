"""What the worker does about visits: the past is settled, who is gone leaves no gap, what is old goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from datetime import datetime

SETTLED_AFTER = timedelta(hours=20)

_settle = Command("visits", "settle_past")
_gone = Command("visits", "cancel_gone")
_of_member = Command("visits", "cancel_of_member")
_forget = Command("visits", "forget_visits")


def settle(*, city_id: int, now: datetime) -> int:
    """Visits of yesterday of which nobody said anything did not take place; how many. May be put right for three days."""
    return _settle.run(city_id=city_id, now=now, before=now - SETTLED_AFTER)


def cancel_gone(*, city_id: int, now: datetime) -> int:
    """Calls off what is ahead of members who said no, are barred or were erased; how many."""
    return _gone.run(city_id=city_id, now=now)


def forget_member(*, city_id: int, member_id: int, now: datetime) -> None:
    """Part of erasing a member: what is ahead is called off; what is past goes a year after, and names nobody."""
    _of_member.run(city_id=city_id, member_id=member_id, now=now)


def forget(*, city_id: int, before: datetime) -> int:
    """Visits that were over before; how many."""
    return _forget.run(city_id=city_id, before=before)
