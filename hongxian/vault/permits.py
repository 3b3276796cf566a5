"""Permits: one use of one number. Only the gate issues them; only the keeper uses them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class PermitRow:
    """A permit's number."""

    id: int


@dataclass(frozen=True, slots=True)
class Lately:
    """
    Contacts on a channel within a span, and ever on any; `same` when this person's last one began minutes ago and would
    only be continued.
    """

    contacts: int
    ever: int
    same: bool


_issue = Statement("vault", "issue_permit", PermitRow)
_lately = Statement("vault", "contacts_lately", Lately)
_latest = Statement("vault", "latest_permit", PermitRow)


def issue(*, city_id: int, member_id: int, staff_id: int, channel: str, purpose: str, now: datetime, latest_at: datetime) -> int:
    """Writes a permit in the surrounding transaction; gives its number."""
    row = _issue.one(
        city_id=city_id, member_id=member_id, staff_id=staff_id, channel=channel, purpose=purpose, now=now, latest_at=latest_at
    )
    if row is None:  # INSERT … RETURNING gives a row or raises
        message = "the permit gave no number back"
        raise RuntimeError(message)
    return row.id


def contacts_since(*, city_id: int, member_id: int, staff_id: int, channel: str, since: datetime, now: datetime) -> Lately:
    """How often the whole company contacted this member on this channel since then."""
    row = _lately.one(city_id=city_id, member_id=member_id, staff_id=staff_id, channel=channel, since=since, now=now)
    return row or Lately(contacts=0, ever=0, same=False)


def latest_used(*, city_id: int, member_id: int, staff_id: int, now: datetime) -> int | None:
    """The permit behind the call that is being filed, if there is one."""
    row = _latest.one(city_id=city_id, member_id=member_id, staff_id=staff_id, now=now)
    return row.id if row else None
