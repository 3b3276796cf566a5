"""Placed calls as pages and outcomes see them: how one stands, what is still to be filed, and what was called before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Command, Statement
from hongxian.outreach.call_states import CAUSES, FILED_AS, seconds_between

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from hongxian.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A placed call as the database gives it."""

    city_id: int
    member_id: int
    request_key: UUID
    state: str
    cause: str
    member_at: datetime | None
    talking_at: datetime | None
    ended_at: datetime | None
    nine_at: datetime | None
    refused_at: datetime | None
    hang_up_at: datetime | None
    filed_at: datetime | None
    permit_id: int | None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.state == "ended"

    @property
    def to_file(self) -> bool:
        """Whether the member's phone rang and nobody has said what came of it."""
        return self.over and self.member_at is not None and self.filed_at is None and self.nine_at is None


@dataclass(frozen=True, slots=True)
class Live:
    """
    A consultant's own call as the page shows it, second by second. It tells what the consultant's own phone does and
    tells them; that the call took place is in the traces.
    """

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    request_key: Annotated[UUID, PLAIN]
    state: Annotated[str, Label("contact_history")]
    cause: Annotated[str, Label("contact_history")]
    seconds: Annotated[int, Label("contact_history")]
    over: Annotated[bool, PLAIN]
    hanging_up: Annotated[bool, PLAIN]
    rang: Annotated[bool, Label("contact_history")]
    talked: Annotated[bool, Label("contact_history")]
    nine: Annotated[bool, Label("consent_state")]
    to_file: Annotated[bool, PLAIN]
    suggested: Annotated[str, Label("contact_history")]

    @property
    def why(self) -> str | _StrPromise:
        """How it ended, in words."""
        return CAUSES.get(self.cause, self.cause)


@dataclass(frozen=True, slots=True)
class CalledRow:
    """A call through the gateway in a member's history."""

    at: Annotated[datetime, Label("contact_history")]
    state: Annotated[str, Label("contact_history")]
    cause: Annotated[str, Label("contact_history")]
    talking_at: Annotated[datetime | None, Label("contact_history")]
    ended_at: Annotated[datetime | None, Label("contact_history")]
    alias: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    filed: Annotated[bool, PLAIN]

    @property
    def seconds(self) -> int:
        """How long they talked."""
        return seconds_between(self.talking_at, self.ended_at)

    @property
    def why(self) -> str | _StrPromise:
        """How it ended, in words."""
        return CAUSES.get(self.cause, self.cause)


@dataclass(frozen=True, slots=True)
class _Phone:
    extension: str
    line: str | None
    newest: str | None


_newest = Statement("outreach", "newest_placed", PlacedRow, brief=True)
_phone = Statement("outreach", "phone_of", _Phone)
_file = Command("outreach", "file_placed")


def newest(*, city_id: int, member_id: int, staff_id: int, now: datetime, request_key: UUID | None = None) -> PlacedRow | None:
    """The last call of one consultant to one member in seven days; or the one of a press."""
    return _newest.one(city_id=city_id, member_id=member_id, staff_id=staff_id, request_key=request_key, now=now)


def state_of(*, by: Actor, city_id: int, member_id: int, request_key: UUID, now: datetime) -> Live:
    """
    How this person's own call stands now; also when the member has left their hands meanwhile.

    :raises NotAllowed: the role calls nobody.
    :raises NotFound: no such call of this person's.
    """
    by.require(Permission.OUTREACH_NUMBER_SHOW)
    row = newest(city_id=city_id, member_id=member_id, staff_id=by.staff_id, request_key=request_key, now=now)
    if row is None:
        deny(by=by, city_id=city_id, member_id=member_id, now=now)
        raise NotFound
    return _live(row, now=now)


def deny(*, by: Actor, city_id: int, member_id: int, now: datetime) -> None:
    """Somebody asked for a call that is none of theirs: the member sees it."""
    recording.record(
        by=by,
        action="outreach.call",
        purpose="outreach.call",
        city_id=city_id,
        member_ids=[member_id],
        reason="no_ground",
        denied=True,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Telephone:
    """A consultant's: where it rings, the call to this member that goes on or waits to be filed, and the one with whomever on the line."""

    extension: str
    current: Live | None
    open: Live | None


def telephone_of(*, by: Actor, city_id: int, member_id: int, now: datetime) -> Telephone:
    """For whoever opens a member's page; one statement."""
    found = _phone.one(city_id=city_id, member_id=member_id, staff_id=by.staff_id, request_key=None, now=now)
    line, row = (_told(found.line), _told(found.newest)) if found else (None, None)
    return Telephone(
        extension=found.extension if found else "",
        current=_live(row, now=now) if row is not None and (not row.over or row.to_file) else None,
        open=_live(line, now=now) if line is not None and not line.over else None,
    )


def _told(text: str | None) -> PlacedRow | None:
    if text is None:
        return None
    given = json.loads(text)
    moments = {name: datetime.fromisoformat(value) for name, value in given.items() if name.endswith("_at") and value}
    return PlacedRow(**given | moments | {"request_key": UUID(given["request_key"])})


def mark_filed(*, city_id: int, member_id: int, staff_id: int, now: datetime) -> None:
    """An outcome was filed: it settles every call of this consultant's to this member."""
    _file.run(city_id=city_id, member_id=member_id, staff_id=staff_id, now=now)


def _live(row: PlacedRow, *, now: datetime) -> Live:
    return Live(
        city_id=row.city_id,
        member_id=row.member_id,
        request_key=row.request_key,
        state=row.state,
        cause=row.cause,
        seconds=seconds_between(row.talking_at, row.ended_at or now),
        over=row.over,
        hanging_up=row.hang_up_at is not None and not row.over,
        rang=row.member_at is not None,
        talked=row.talking_at is not None,
        nine=row.nine_at is not None,
        to_file=row.to_file,
        suggested=FILED_AS.get(row.cause, "") if row.to_file and row.talking_at is None else "",
    )
