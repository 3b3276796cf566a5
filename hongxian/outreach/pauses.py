"""What managers see of pauses (暂停发送) and do about them: hold somebody up, and end a pause with a note."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LISTED, LISTED_FOR = 100, timedelta(days=30)
LONGEST_WHY = 200


class BadPause(Refusal):
    """A pause is made, and ended, with a note."""

    code = "outreach.bad_pause"
    message = _("请写明原因（最多 200 字）。")
    status = 422


@dataclass(frozen=True, slots=True)
class _Row:
    pause_id: int
    staff_id: int
    alias: str
    employee_no: str
    team_name: str
    reason: str
    seen: str
    since: datetime
    until: datetime | None
    running: bool
    ended_at: datetime | None
    ended_by: str
    ended_why: str


@dataclass(frozen=True, slots=True)
class PauseLine:
    """One pause, with what was seen; about staff, and nothing about members."""

    pause_id: Annotated[int, PLAIN]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    employee_no: Annotated[str, PLAIN]
    team_name: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    seen: Annotated[dict[str, Any], PLAIN]
    since: Annotated[datetime, PLAIN]
    until: Annotated[datetime | None, PLAIN]
    running: Annotated[bool, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]
    ended_by: Annotated[str, PLAIN]
    ended_why: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class _People:
    people: int


@dataclass(frozen=True, slots=True)
class _Added:
    pause_id: int


@dataclass(frozen=True, slots=True)
class _Ended:
    staff_id: int
    reason: str


_lines = Statement("outreach", "pauses", _Row)
_running = Statement("outreach", "pauses_running", _People)
_add = Statement("outreach", "add_pause_by_hand", _Added)
_end = Statement("outreach", "end_pause", _Ended)


def pauses(*, by: Actor, now: datetime) -> list[PauseLine]:
    """
    Those of the acting manager's team, or of the whole store for its manager: running ones first, then 30 days back.

    :raises NotAllowed: not a manager.
    """
    rows = _lines.all(**_span_of(by), now=now, since=now - LISTED_FOR, limit=LISTED)
    return [PauseLine(**{name: getattr(row, name) for name in _lines.columns} | {"seen": json.loads(row.seen)}) for row in rows]


def running(*, by: Actor, now: datetime) -> int:
    """How many of a manager's people are held up now; 0 for anybody else."""
    if not by.may(Permission.OUTREACH_PAUSE_DECIDE):
        return 0
    found = _running.one(**_span_of(by), now=now)
    return found.people if found else 0


def pause(*, by: Actor, staff_id: int, why: str, now: datetime) -> None:
    """
    A manager holds up one of their consultants until a manager ends it. A second press changes nothing.

    :raises NotAllowed: not a manager.
    :raises BadPause: no reason was given.
    :raises NotFound: not one of theirs, or held up already.
    """
    span, why = _span_of(by), _checked(why)
    with transaction.atomic():
        added = _add.one(**span, staff_id=staff_id, now=now)
        if added is None:
            raise NotFound
        after = {"pause": added.pause_id, "reason": "manager"}
        changing.note_change(
            by=by, action="outreach.pause", thing=f"staff {staff_id}", before=None, after=after, why=why, now=now
        )


def end(*, by: Actor, pause_id: int, why: str, now: datetime) -> None:
    """
    A manager ends a pause of one of their people, with a note; nobody their own.

    :raises NotAllowed: not a manager.
    :raises BadPause: no note was given.
    :raises NotFound: not one of theirs, or over already.
    """
    span, why = _span_of(by), _checked(why)
    with transaction.atomic():
        ended = _end.one(**span, pause_id=pause_id, ended_by=by.staff_id, why=why, now=now)
        if ended is None:
            raise NotFound
        before = {"pause": pause_id, "reason": ended.reason}
        changing.note_change(
            by=by, action="outreach.pause.end", thing=f"staff {ended.staff_id}", before=before, after=None, why=why, now=now
        )


def _checked(why: str) -> str:
    kept = why.strip()
    if not 0 < len(kept) <= LONGEST_WHY:
        raise BadPause
    return kept


def _span_of(by: Actor) -> dict[str, int | None]:
    by.require(Permission.OUTREACH_PAUSE_DECIDE)
    return {
        "city_id": by.city_id,
        "store_id": by.store_id,
        "team_id": None if by.role == Role.STORE_MANAGER else by.team_id,
    }
