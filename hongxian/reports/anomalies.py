"""The board of what stands out (异常看板): who may see what, and acknowledging with a note. Counts about staff, nothing about members."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org
from hongxian.reports import watching

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LISTED, LISTED_FOR = 200, timedelta(days=30)
LONGEST_NOTE = 300
RESULTS = {"explained": _("有正当原因"), "talked": _("已谈话提醒"), "passed_on": _("转交隐私专员跟进")}
DIGITS = re.compile(r"(?:\d[\s-]?){7,}")


class BadNote(Refusal):
    """An acknowledgement has a result and a note."""

    code = "reports.bad_note"
    message = _("请选择结果并写明核实的情况（最多 300 字，不写号码）。")
    status = 422


class AlreadyNoted(Refusal):
    """Somebody else was faster."""

    code = "reports.already_noted"
    message = _("已有人处理过了；再次明显升高时会重新出现。")


@dataclass(frozen=True, slots=True)
class _Row:
    city_id: int
    anomaly_id: int
    staff_id: int
    alias: str
    employee_no: str
    role: str
    store_name: str
    store_name_en: str
    team_name: str
    day: date
    kind: str
    seen: int
    why: str
    found_at: datetime
    open: bool
    noted_at: datetime | None
    noted_by: str
    result: str
    note: str


@dataclass(frozen=True, slots=True)
class AnomalyLine:
    """One anomaly as the board shows it; `why` as judging.Verdict."""

    city_id: Annotated[int, PLAIN]
    anomaly_id: Annotated[int, PLAIN]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    employee_no: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]
    team_name: Annotated[str, PLAIN]
    day: Annotated[date, PLAIN]
    kind: Annotated[str, PLAIN]
    seen: Annotated[int, PLAIN]
    why: Annotated[dict[str, Any], PLAIN]
    found_at: Annotated[datetime, PLAIN]
    open: Annotated[bool, PLAIN]
    noted_at: Annotated[datetime | None, PLAIN]
    noted_by: Annotated[str, PLAIN]
    result: Annotated[str, PLAIN]
    words: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One time that somebody looked into it."""

    at: Annotated[datetime, PLAIN]
    alias: Annotated[str, PLAIN]
    result: Annotated[str, PLAIN]
    words: Annotated[str, PLAIN]
    seen: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of the person that an anomaly is about."""

    day: Annotated[date, PLAIN]
    viewed: Annotated[int, PLAIN]
    night: Annotated[int, PLAIN]
    denied: Annotated[int, PLAIN]
    texted: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class _NoteRow:
    at: datetime
    alias: str
    result: str
    note: str
    seen: int


@dataclass(frozen=True, slots=True)
class _Open:
    open: int


@dataclass(frozen=True, slots=True)
class _Noted:
    staff_id: int
    seen: int


_lines = Statement("reports", "anomalies", _Row)
_one = Statement("reports", "anomaly", _Row)
_open = Statement("reports", "anomalies_open", _Open)
_notes = Statement("reports", "acknowledgements", _NoteRow)
_note = Statement("reports", "note_anomaly", _Noted)
_add = Command("reports", "add_acknowledgement")


def anomalies(*, by: Actor, now: datetime, kind: str = "") -> list[AnomalyLine]:
    """
    A store's for its manager, all of them for headquarters: what is open, then the last 30 days. Nobody sees their own.

    :raises NotAllowed: neither a store's manager nor of those at headquarters who answer for it.
    """
    place = _place(by, Permission.REPORTS_ANOMALY_READ)
    cities = [by.city_id] if place["store_id"] is not None else [0, *(city.city_id for city in org.cities())]
    rows = _lines.all(**place, city_ids=cities, since=day_of(now) - LISTED_FOR, kind=kind, most=LISTED)
    return [_line(row) for row in rows]


def anomaly(*, by: Actor, city_id: int, anomaly_id: int) -> tuple[AnomalyLine, list[NoteLine], list[DayLine]]:
    """
    One of them, with everybody's notes and the days it stands out against.

    :raises NotAllowed: as above.
    :raises NotFound: not there, of another store, or about whoever asks.
    """
    place = _place(by, Permission.REPORTS_ANOMALY_READ)
    row = _one.one(**place, city_id=city_id, anomaly_id=anomaly_id)
    if row is None:
        raise NotFound
    notes = [NoteLine(each.at, each.alias, each.result, each.note, each.seen) for each in _all_notes(city_id, anomaly_id)]
    days = watching.days_of(city_id=city_id, staff_id=row.staff_id, until=row.day)
    return _line(row), notes, [DayLine(each.day, each.viewed, each.night, each.denied, each.texted) for each in days]


def waiting(*, by: Actor) -> int:
    """How many wait for the acting store manager; 0 for anybody else."""
    if by.role != Role.STORE_MANAGER or not by.may(Permission.REPORTS_ANOMALY_READ):
        return 0
    found = _open.one(city_id=by.city_id, store_id=by.store_id or 0, staff_id=by.staff_id)
    return found.open if found else 0


def acknowledge(*, by: Actor, city_id: int, anomaly_id: int, result: str, note: str, now: datetime) -> None:
    """
    Says what came of it. Two at once: the database lets one through.

    :raises NotAllowed: somebody who only reads, or nothing at all.
    :raises NotFound: not there, of another store, or about whoever acts.
    :raises BadNote: without a result or a note.
    :raises AlreadyNoted: it is not open any more.
    """
    place = _place(by, Permission.REPORTS_ANOMALY_DECIDE)
    if _one.one(**place, city_id=city_id, anomaly_id=anomaly_id) is None:
        raise NotFound
    kept = _checked(result, note)
    with transaction.atomic():
        noted = _note.one(**place, city_id=city_id, anomaly_id=anomaly_id)
        if noted is None:
            raise AlreadyNoted
        about = {"city_id": city_id, "anomaly_id": anomaly_id, "about_id": noted.staff_id, "by_id": by.staff_id}
        _add.run(**about, now=now, result=result, note=kept, seen=noted.seen)
        after = {"anomaly": anomaly_id, "result": result, "seen": noted.seen}
        thing = f"staff {noted.staff_id}"
        changing.note_change(by=by, action="reports.anomaly", thing=thing, before=None, after=after, why=kept, now=now)


def _checked(result: str, note: str) -> str:
    kept = note.strip()
    if result not in RESULTS or not 0 < len(kept) <= LONGEST_NOTE or DIGITS.search(kept):
        raise BadNote
    return kept


def _all_notes(city_id: int, anomaly_id: int) -> list[_NoteRow]:
    return _notes.all(city_id=city_id, anomaly_id=anomaly_id)


def _line(row: _Row) -> AnomalyLine:
    kept = {name: getattr(row, name) for name in _lines.columns if name not in {"why", "note"}}
    return AnomalyLine(**kept, why=json.loads(row.why), words=row.note)


def _place(by: Actor, permission: Permission) -> dict[str, int | None]:
    by.require(permission)
    return {"store_id": (by.store_id or 0) if by.role == Role.STORE_MANAGER else None, "staff_id": by.staff_id}
