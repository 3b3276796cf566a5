"""Permits: one use of one number. Only the gate issues them; only the keeper uses them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class PermitRow:
    """A permit's number."""

    id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A permit to be issued: for whom, to whom, until when, and what it rests on."""

    member_id: int
    staff_id: int
    channel: str
    purpose: str
    how: str
    latest_at: datetime
    receipt_id: int | None = None
    version_id: int | None = None
    campaign_id: int | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Issued:
    id: int
    member_id: int
    message_id: int | None


_issue = Statement("vault", "issue_permits", _Issued)
_latest = Statement("vault", "latest_permit", PermitRow)


def issue_all(*, city_id: int, wanted: Sequence[Wanted], now: datetime) -> list[int]:
    """Writes permits in the surrounding transaction, one statement; gives their numbers in the same order."""
    if not wanted:
        return []
    rows = _issue.all(
        city_id=city_id,
        member_ids=[each.member_id for each in wanted],
        staff_ids=[each.staff_id for each in wanted],
        channels=[each.channel for each in wanted],
        purposes=[each.purpose for each in wanted],
        latest=[each.latest_at for each in wanted],
        hows=[each.how for each in wanted],
        receipt_ids=[each.receipt_id for each in wanted],
        version_ids=[each.version_id for each in wanted],
        campaign_ids=[each.campaign_id for each in wanted],
        message_ids=[each.message_id for each in wanted],
        now=now,
    )
    if [(row.member_id, row.message_id) for row in rows] != [(each.member_id, each.message_id) for each in wanted]:
        message = "the permits came back otherwise than they were asked for"
        raise RuntimeError(message)
    return [row.id for row in rows]


def issue(
    *, city_id: int, member_id: int, staff_id: int, channel: str, purpose: str, now: datetime, latest_at: datetime, how: str = ""
) -> int:
    """Writes one permit in the surrounding transaction; gives its number."""
    wanted = Wanted(member_id=member_id, staff_id=staff_id, channel=channel, purpose=purpose, how=how, latest_at=latest_at)
    return issue_all(city_id=city_id, wanted=[wanted], now=now)[0]


def latest_used(*, city_id: int, member_id: int, staff_id: int, now: datetime) -> int | None:
    """The permit behind the call that is being filed, if there is one."""
    row = _latest.one(city_id=city_id, member_id=member_id, staff_id=staff_id, now=now)
    return row.id if row else None
