"""Where did you get my number (号码来源): the store, the way, the day, and what the consent rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from hongxian.consent.purposes import catalogue
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.sql import Statement
from hongxian.members.records import resource_no
from hongxian.portal import own, tracing

if TYPE_CHECKING:
    from hongxian.portal.door import Visit


@dataclass(frozen=True, slots=True)
class _Source:
    source: str
    registered_on: date | None
    created_at: datetime
    state: str
    store_name: str
    store_name_en: str
    city_name: str
    city_name_en: str
    city_code: str
    member_id: int


@dataclass(frozen=True, slots=True)
class _Receipt:
    purpose: str
    given_on: date
    valid_until: date
    evidence: str
    notice_hash: str
    origin: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Basis:
    """One consent as it was recorded."""

    zh: Annotated[str, PLAIN]
    en: Annotated[str, PLAIN]
    given_on: Annotated[date, Label("consent_state")]
    valid_until: Annotated[date, Label("consent_state")]
    evidence: Annotated[str, Label("consent_state")]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record came from, and on what its contacts rest."""

    resource_no: Annotated[str, Label("resource_no")]
    way: Annotated[str, PLAIN]
    registered_on: Annotated[date | None, PLAIN]
    came_at: Annotated[datetime, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]
    city_name: Annotated[str, PLAIN]
    city_name_en: Annotated[str, PLAIN]
    bases: Annotated[list[Basis], PLAIN] = field(default_factory=list)


_source = Statement("portal", "own_source", _Source)
_receipts = Statement("portal", "own_receipts", _Receipt)


def source_of(*, visit: Visit, now: datetime) -> Source | None:
    """None for a number that nobody knows, or of which only the "no" is left. The look is recorded like any other."""
    with own.visiting(visit.token):
        found = _source.one()
        if found is None:
            return None
        tracing.record(visit=visit, action="portal.source", purpose="rights", fields=["resource_no", "consent_state"], now=now)
        receipts = _receipts.all()
    known = catalogue().purposes
    return Source(
        resource_no=resource_no(found.city_code, found.member_id),
        way=found.source,
        registered_on=found.registered_on,
        came_at=found.created_at,
        store_name=found.store_name,
        store_name_en=found.store_name_en,
        city_name=found.city_name,
        city_name_en=found.city_name_en,
        bases=[
            Basis(known[each.purpose].zh, known[each.purpose].en, each.given_on, each.valid_until, each.evidence)
            for each in receipts
            if each.purpose in known
        ],
    )
