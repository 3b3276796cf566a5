"""
An incident (个人信息安全事件, PIPL 57): what happened, whom it touches, what was done, what the people concerned and the authority are told.

Whom it touches is not asked of anybody: the worker reads it from the traces, which no page can read or alter.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

PROCESSES = ("desk", "worker", "dialer", "portal")
LONGEST_TEXT = 4_000
MOST_LISTED = 5_000
MOST = 200


class Kind(models.TextChoices):
    """What happened."""

    LEAK = "leak", _("泄露")
    MISUSE = "misuse", _("内部人员滥用")
    TAMPER = "tamper", _("篡改")
    LOSS = "loss", _("丢失")
    OTHER = "other", _("其他")


class BadIncident(Refusal):
    """What was filled in names nobody: neither a span of time nor a list."""

    code = "rights.bad_incident"
    message = _("请填写起止时间（结束晚于开始），或者列出资源编号和涉及的字段。")
    status = 422


class NotReady(Refusal):
    """A step before its turn: people are counted before they are told, told before it is closed."""

    code = "rights.incident_not_ready"
    message = _("还不能做这一步：请先完成前面的步骤。")


class IncidentClosed(Refusal):
    """Nothing of a closed incident changes."""

    code = "rights.incident_closed"
    message = _("这起事件已经结案，不能再改。")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom to look for: everything that is set must fit; and whoever is listed, with the fields that are named."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None
    staff_id: int | None = None
    store_id: int | None = None
    process: str = ""
    listed: Sequence[tuple[int, int]] = ()
    listed_fields: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident, step by step."""

    incident_id: Annotated[int, PLAIN]
    kind: Annotated[str, PLAIN]
    discovered_at: Annotated[datetime, PLAIN]
    begins_at: Annotated[datetime | None, PLAIN]
    ends_at: Annotated[datetime | None, PLAIN]
    staff_alias: Annotated[str, PLAIN]
    employee_no: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    process: Annotated[str, PLAIN]
    listed_count: Annotated[int, PLAIN]
    listed_fields: Annotated[list[str], PLAIN]
    opened_at: Annotated[datetime, PLAIN]
    opened_by: Annotated[str, PLAIN]
    counted_at: Annotated[datetime | None, PLAIN]
    cause: Annotated[str, PLAIN]
    harm: Annotated[str, PLAIN]
    measures: Annotated[str, PLAIN]
    advice: Annotated[str, PLAIN]
    contact: Annotated[str, PLAIN]
    notice_zh: Annotated[str, PLAIN]
    notice_en: Annotated[str, PLAIN]
    notified_at: Annotated[datetime | None, PLAIN]
    reported_at: Annotated[datetime | None, PLAIN]
    closed_at: Annotated[datetime | None, PLAIN]

    @property
    def step(self) -> int:
        """Which step is next: 1 counting, 2 measures and notice, 3 telling, 4 report, 5 closing, 6 none."""
        done = (self.counted_at, self.notice_zh and self.measures, self.notified_at, self.reported_at, self.closed_at)
        return next((number for number, each in enumerate(done, 1) if not each), 6)


@dataclass(frozen=True, slots=True)
class Texts:
    """What Article 57 wants told: cause, possible harm, what was done, what people can do, whom to turn to."""

    cause: str
    harm: str
    measures: str
    advice: str
    contact: str
    notice_zh: str
    notice_en: str


@dataclass(frozen=True, slots=True)
class _Made:
    incident_id: int


@dataclass(frozen=True, slots=True)
class _Standing:
    incident_id: int
    counted: bool
    written: bool
    notified: bool
    reported: bool
    closed: bool


_open = Statement("rights", "open_incident", _Made)
_lock = Statement("rights", "lock_incident", _Standing)
_change = Statement("rights", "change_incident", _Made)
_write = Statement("rights", "write_incident", _Made)
_incident = Statement("rights", "incident", Incident)
_incidents = Statement("rights", "incidents", Incident)


def open_incident(*, by: Actor, kind: str, discovered_at: datetime, scope: Scope, now: datetime) -> int:
    """
    Begins an incident; its number. The caller has the worker count whom it touches.

    :raises BadIncident: it names nobody, or an unknown kind, process or field.
    """
    by.require(Permission.RIGHTS_INCIDENT_HANDLE)
    if kind not in Kind.values or discovered_at > now:
        raise BadIncident
    with transaction.atomic():
        made = _open.one(kind=kind, discovered_at=discovered_at, staff=by.staff_id, now=now, **_parameters(scope))
        if made is None:
            raise RuntimeError
        _note(by, made.incident_id, "open", now)
    return made.incident_id


def narrow(*, by: Actor, incident_id: int, scope: Scope, now: datetime) -> None:
    """
    Looks for other people: the count of before is dropped.

    :raises BadIncident: as above.
    :raises IncidentClosed: see there.
    :raises NotReady: people have been told already.
    """
    with transaction.atomic():
        standing = _held(by=by, incident_id=incident_id)
        if standing.notified:
            raise NotReady
        _change.one(incident_id=incident_id, now=now, **_parameters(scope))
        _note(by, incident_id, "scope", now)


def write(*, by: Actor, incident_id: int, texts: Texts, now: datetime) -> None:
    """
    Puts down measures and notices. After people have been told it may be added to: they see the newest text.

    :raises BadIncident: a text is missing or too long.
    :raises NotReady: nobody has been counted yet.
    :raises IncidentClosed: see there.
    """
    given = {name: getattr(texts, name).strip() for name in Texts.__slots__}
    if not all(given.values()) or any(len(text) > LONGEST_TEXT for text in given.values()):
        raise BadIncident(_("每一项都要填写，每项不超过 4000 字。"))
    with transaction.atomic():
        if not _held(by=by, incident_id=incident_id).counted:
            raise NotReady
        _write.one(incident_id=incident_id, **given)
        _note(by, incident_id, "write", now)


def notify(*, by: Actor, incident_id: int, now: datetime) -> None:
    """
    From now on the people concerned see the notice in the portal.

    :raises NotReady: no one counted, or no notice written.
    :raises IncidentClosed: see there.
    """
    _step(by=by, incident_id=incident_id, step="notified", now=now)


def report(*, by: Actor, incident_id: int, now: datetime) -> None:
    """
    Writes down that the report went to the authority.

    :raises NotReady: no notice written.
    :raises IncidentClosed: see there.
    """
    _step(by=by, incident_id=incident_id, step="reported", now=now)


def close(*, by: Actor, incident_id: int, now: datetime) -> None:
    """
    Ends the incident.

    :raises NotReady: not reported yet.
    :raises IncidentClosed: see there.
    """
    _step(by=by, incident_id=incident_id, step="closed", now=now)


def incidents(*, by: Actor) -> list[Incident]:
    """Every incident, the open ones first."""
    by.require(Permission.RIGHTS_INCIDENT_HANDLE)
    return _incidents.all(most=MOST)


def incident(*, by: Actor, incident_id: int) -> Incident:
    """:raises NotFound: no such incident."""
    by.require(Permission.RIGHTS_INCIDENT_HANDLE)
    found = _incident.one(incident_id=incident_id)
    if found is None:
        raise NotFound
    return found


def _step(*, by: Actor, incident_id: int, step: str, now: datetime) -> None:
    needs = {"notified": "written", "reported": "written", "closed": "reported"}[step]
    with transaction.atomic():
        if not getattr(_held(by=by, incident_id=incident_id), needs):
            raise NotReady
        _STEPS[step].one(incident_id=incident_id, now=now)
        _note(by, incident_id, step, now)


_STEPS = {step: Statement("rights", f"mark_{step}", _Made) for step in ("notified", "reported", "closed")}


def _held(*, by: Actor, incident_id: int) -> _Standing:
    by.require(Permission.RIGHTS_INCIDENT_HANDLE)
    standing = _lock.one(incident_id=incident_id)
    if standing is None:
        raise NotFound
    if standing.closed:
        raise IncidentClosed
    return standing


def _parameters(scope: Scope) -> dict[str, object]:
    span = (scope.begins_at, scope.ends_at)
    if None in span and (any(span) or not scope.listed):
        raise BadIncident
    if scope.begins_at and scope.ends_at and scope.begins_at >= scope.ends_at:
        raise BadIncident
    if scope.process and scope.process not in PROCESSES:
        raise BadIncident
    if scope.listed and (not scope.listed_fields or not set(scope.listed_fields) <= set(catalogue().fields)):
        raise BadIncident
    return {
        "begins_at": scope.begins_at,
        "ends_at": scope.ends_at,
        "staff_id": scope.staff_id,
        "store_id": scope.store_id,
        "process": scope.process,
        "listed": json.dumps(sorted({(city, member) for city, member in scope.listed})[:MOST_LISTED]),
        "listed_fields": sorted(set(scope.listed_fields)),
    }


def _note(by: Actor, incident_id: int, act: str, now: datetime) -> None:
    changing.note_change(
        by=by, action=f"rights.incident.{act}", thing=f"incident {incident_id}", before=None, after=None, why="", now=now
    )
