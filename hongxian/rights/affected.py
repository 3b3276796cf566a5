"""Whom an incident touches: the worker's count from the traces, and what the pages and the people themselves see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.db import transaction

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hongxian.kernel.actor import Actor

PAGE = 100


@dataclass(frozen=True, slots=True)
class CityCount:
    """How many people of one city."""

    city_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    city_name: Annotated[str, PLAIN]
    city_name_en: Annotated[str, PLAIN]
    people: Annotated[int, PLAIN]
    reads: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many people of whom this field was seen."""

    field: Annotated[str, PLAIN]
    people: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class AffectedRow:
    """One person, by resource number."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    fields: Annotated[list[str], PLAIN]
    reads: Annotated[int, PLAIN]
    first_at: Annotated[datetime | None, PLAIN]
    last_at: Annotated[datetime | None, PLAIN]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What a person concerned is told."""

    incident_id: Annotated[int, PLAIN]
    notified_at: Annotated[datetime, PLAIN]
    notice_zh: Annotated[str, PLAIN]
    notice_en: Annotated[str, PLAIN]
    fields: Annotated[list[str], PLAIN]


@dataclass(frozen=True, slots=True)
class _Counted:
    incident_id: int


@dataclass(frozen=True, slots=True)
class _Stands:
    incident_id: int
    counted: bool
    written: bool
    notified: bool
    reported: bool
    closed: bool


_lock = Statement("rights", "lock_incident", _Stands)
_clear = Command("rights", "clear_affected")
_seen = Command("rights", "add_affected")
_listed = Command("rights", "add_listed")
_counted = Statement("rights", "mark_counted", _Counted)
_by_city = Statement("rights", "affected_by_city", CityCount)
_by_field = Statement("rights", "affected_by_field", FieldCount)
_page = Statement("rights", "affected_page", AffectedRow)
_notices = Statement("rights", "notices_of", NoticeRow)


def count(*, incident_id: int, cities: Iterable[int], now: datetime) -> None:
    """
    Reads from the traces whom an incident touches. The worker's: nobody else reads traces.

    A second run gives the same. Once people have been told, it changes nothing any more.
    """
    with transaction.atomic():
        stands = _lock.one(incident_id=incident_id)
        if stands is None or stands.notified:
            return
        for city_id in cities:
            for statement in (_clear, _seen, _listed):
                statement.run(city_id=city_id, incident_id=incident_id)
        _counted.one(incident_id=incident_id, now=now)


def by_city(*, by: Actor, incident_id: int) -> list[CityCount]:
    """Counts by city."""
    by.require(Permission.RIGHTS_INCIDENT_HANDLE)
    return _by_city.all(incident_id=incident_id)


def by_field(*, by: Actor, incident_id: int) -> list[FieldCount]:
    """Counts by field."""
    by.require(Permission.RIGHTS_INCIDENT_HANDLE)
    return _by_field.all(incident_id=incident_id)


def page(*, by: Actor, incident_id: int, city_id: int, after: int | None, now: datetime) -> list[AffectedRow]:
    """A page of people by resource number, of one city; everybody on it finds a trace of it."""
    by.require(Permission.RIGHTS_INCIDENT_HANDLE)
    return _page.all(
        city_id=city_id,
        incident_id=incident_id,
        after=after,
        most=PAGE,
        now=now,
        staff_id=by.staff_id,
        **recording.trace_parameters(
            by=by, action="incident.affected", purpose="rights.request", fields=["resource_no"], ground="request"
        ),
    )


def notices_for(*, city_id: int, member_id: int) -> list[NoticeRow]:
    """What this person is to be told of, the newest first."""
    return _notices.all(city_id=city_id, member_id=member_id)
