"""The history of contacts (联系记录) with one member, as pages show it: one statement for calls and texts of every kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.sql import Statement
from hongxian.outreach import placed, texts

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = TypeVar("Row")
MOMENTS = frozenset({"at", "talking_at", "handed_at", "ended_at"})


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call in a member's history."""

    at: Annotated[datetime, Label("contact_history")]
    outcome: Annotated[str, Label("contact_history")]
    seconds: Annotated[int | None, Label("contact_history")]
    filed: Annotated[str, PLAIN]
    alias: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    with_permit: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Calls that were filed, calls through the gateway, texts; each the newest first."""

    calls: Annotated[list[CallRow], PLAIN]
    called: Annotated[list[placed.CalledRow], PLAIN]
    texts: Annotated[list[texts.TextRow], PLAIN]


@dataclass(frozen=True, slots=True)
class _Told:
    calls: str
    called: str
    texts: str


_contacts = Statement("outreach", "contacts_of", _Told, brief=True)


def of_member(*, city_id: int, member_id: int, now: datetime) -> Contacts:
    """For a page that has traced its look at the history of contacts."""
    [told] = _contacts.all(city_id=city_id, member_id=member_id, now=now, since=now - texts.SHOWN, most=texts.OF_MEMBER)
    return Contacts(
        calls=_rows(CallRow, told.calls), called=_rows(placed.CalledRow, told.called), texts=_rows(texts.TextRow, told.texts)
    )


def _rows(row: type[Row], told: str) -> list[Row]:
    return [row(**_with_moments(each)) for each in json.loads(told)]


def _with_moments(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name in MOMENTS and value else value for name, value in given.items()}
