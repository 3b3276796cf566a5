"""Receipts of consent: what counts today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.consent import ordering
from hongxian.consent.purposes import catalogue
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from datetime import date, datetime

# 24 months from the day it was given, unless renewed.
VALID_FOR = timedelta(days=730)
# What a signature in the store, a tick at registration or a scanned code at an event covers, and nothing else.
COVERED_BY_IMPORT = ("outreach.call", "outreach.sms", "pool.grading")


@dataclass(frozen=True, slots=True)
class CurrentReceipt:
    """A purpose with a receipt that runs."""

    purpose: str
    notice_hash: str


_current = Statement("consent", "current_receipts", CurrentReceipt)
_withdraw = Command("consent", "withdraw")


def current(*, city_id: int, member_id: int, today: date) -> frozenset[str]:
    """The purposes this member has said yes to, as their notices stand today."""
    known = catalogue().purposes
    rows = _current.all(city_id=city_id, member_id=member_id, today=today)
    return frozenset(row.purpose for row in rows if row.purpose in known and known[row.purpose].notice_hash == row.notice_hash)


def withdraw(*, city_id: int, member_id: int, purpose: str, via: str, now: datetime) -> None:
    """
    Takes a yes back. `via` says by which door. Holds the member first: nothing that the keeper commits after this commit
    was released.
    """
    with transaction.atomic():
        ordering.lock_member(city_id=city_id, member_id=member_id)
        _withdraw.run(city_id=city_id, member_id=member_id, purpose=purpose, via=via, now=now)
