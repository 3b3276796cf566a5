"""What the auditor's pages read: traces, the log's health, checkpoints. Opening traces is itself a trace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.audit import checkpoints, exporting, recording
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

PAGE = 50
NEWEST = 2**62
HOURS = 24


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One trace. `members` is how many it names, `member_ids` the first dozen of them."""

    id: Annotated[int, PLAIN]
    at: Annotated[datetime, PLAIN]
    city_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    employee_no: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    store_code: Annotated[str, PLAIN]
    process: Annotated[str, PLAIN]
    action: Annotated[str, PLAIN]
    purpose: Annotated[str, PLAIN]
    ground: Annotated[str, PLAIN]
    outcome: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    members: Annotated[int, PLAIN]
    member_ids: Annotated[list[int], Label("resource_no")]
    fields: Annotated[list[str], PLAIN]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the auditor looks for; None where anything will do. A member is named with the city."""

    since: datetime
    until: datetime
    city: str | None = None
    employee_no: str | None = None
    action: str | None = None
    outcome: str | None = None
    member: tuple[int, int] | None = None


_page = Statement("audit", "trace_page", TraceRow)
_page_of_member = Statement("audit", "trace_page_of_member", TraceRow)


def traces(*, by: Actor, wanted: Wanted, before: int | None, now: datetime) -> list[TraceRow]:
    """
    A page of traces, the newest first. That somebody looked is a trace, too; about the member, where one is asked for.

    :raises NotAllowed: no auditor.
    """
    by.require(Permission.AUDIT_TRACE_READ)
    recording.record(
        by=by,
        action="audit.read",
        purpose="audit",
        city_id=wanted.member[0] if wanted.member else None,
        member_ids=[wanted.member[1]] if wanted.member else [],
        fields=["resource_no"],
        now=now,
    )
    asked = {
        "before": NEWEST if before is None else before,
        "since": wanted.since,
        "until": wanted.until,
        "employee_no": wanted.employee_no,
        "action": wanted.action,
        "outcome": wanted.outcome,
        "most": PAGE,
    }
    if wanted.member:
        return _page_of_member.all(city_id=wanted.member[0], member_id=wanted.member[1], **asked)
    return _page.all(city=wanted.city, **asked)


@dataclass(frozen=True, slots=True)
class Health:
    """How the log does."""

    origin: Annotated[str, PLAIN]
    size: Annotated[int, PLAIN]
    signed_size: Annotated[int | None, PLAIN]
    signed_at: Annotated[datetime | None, PLAIN]
    signed_key: Annotated[str | None, PLAIN]
    waiting: Annotated[int, PLAIN]
    waiting_since: Annotated[datetime | None, PLAIN]
    gaps: Annotated[int, PLAIN]
    verified_at: Annotated[datetime | None, PLAIN]
    verified_size: Annotated[int | None, PLAIN]
    verified_sound: Annotated[bool | None, PLAIN]


@dataclass(frozen=True, slots=True)
class Hour:
    """Rows sealed in an hour."""

    begins: Annotated[datetime, PLAIN]
    rows: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class _Size:
    hour: datetime
    size: int


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A signed statement."""

    checkpoint_id: Annotated[int, PLAIN]
    size: Annotated[int, PLAIN]
    root: Annotated[bytes, PLAIN]
    at: Annotated[datetime, PLAIN]
    key: Annotated[str, PLAIN]
    note: Annotated[str, PLAIN]


_health = Statement("audit", "log_health", Health)
_hours = Statement("audit", "log_hours", _Size)
_checkpoints = Statement("audit", "checkpoint_page", CheckpointRow)


def health(*, by: Actor) -> Health:
    """
    The log's state.

    :raises NotAllowed: neither auditor nor privacy officer.
    """
    by.require(Permission.AUDIT_LOG_READ)
    found = _health.one()
    if found is None:
        raise NotFound
    return found


def hours(*, by: Actor, now: datetime) -> list[Hour]:
    """Rows sealed in each of the last 24 hours, by the log's own checkpoints."""
    by.require(Permission.AUDIT_LOG_READ)
    first = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    sizes = {each.hour: each.size for each in _hours.all(since=first)}
    before, found = sizes.get(first - timedelta(hours=1), 0), []
    for begins in (first + timedelta(hours=number) for number in range(HOURS)):
        size = sizes.get(begins, before)
        found.append(Hour(begins, size - before))
        before = size
    return found


def signed(*, by: Actor, before: int | None = None, most: int = 20) -> list[CheckpointRow]:
    """Checkpoints, the newest first."""
    by.require(Permission.AUDIT_LOG_READ)
    return _checkpoints.all(before=NEWEST if before is None else before, most=most)


def checkpoint_file(*, by: Actor, checkpoint_id: int) -> exporting.Kept:
    """
    A checkpoint as a file to be kept elsewhere; without fingerprints of rows, which take a fresh signature.

    :raises NotFound: no such checkpoint.
    """
    found = signed(by=by, before=checkpoint_id + 1, most=1)
    if not found or found[0].checkpoint_id != checkpoint_id:
        raise NotFound
    row = found[0]
    return exporting.of_stored(checkpoints.Stored(size=row.size, root=row.root, at=row.at, key=row.key, note=row.note))
