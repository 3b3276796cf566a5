"""
The file of an export: made from the database at the moment of fetching, once, with a watermark; it lies nowhere afterwards.

The columns are the fields that the purpose names, its assessment covers and a file can hold: coarse traits and the resource
number. What is sealed is not among them, whatever a purpose says: opening it takes a permit for each single person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import COMPANY_ZONE, day_of, start_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.members import facets
from hongxian.members.records import resource_no
from hongxian.outreach import exporting, watermark
from hongxian.outreach.exporting import (
    ACTION,
    FETCH_WITHIN,
    FILES_A_DAY,
    PLACES,
    ROWS_A_DAY,
    Declined,
    Expired,
    FetchedAlready,
    Locked,
    TooManyToday,
    Undecided,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hongxian.kernel.actor import Actor
    from hongxian.kernel.sheets import Value

GROUND = "approval"


@dataclass(frozen=True, slots=True)
class ExportedMember:
    """One member as a file may hold them."""

    city_code: Annotated[str, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    place: Annotated[str, Label("consent_state")]
    sex: Annotated[str, Label("sex")]
    birth_year: Annotated[int | None, Label("birth_year")]
    height_cm: Annotated[int | None, Label("height")]
    education: Annotated[str, Label("education")]
    income_band: Annotated[str, Label("income_band")]
    marital: Annotated[str, Label("marital")]
    district: Annotated[str, Label("district")]
    occupation: Annotated[str, Label("occupation")]
    housing: Annotated[str, Label("housing")]
    car: Annotated[str, Label("car")]
    grade: Annotated[str, Label("grade")]


@dataclass(frozen=True, slots=True)
class File:
    """A file on its way to whoever asked for it; kept nowhere."""

    name: str
    content: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class _Id:
    export_id: int


_members = Statement("outreach", "export_members", ExportedMember)
_lock_store = Statement("outreach", "lock_exports_of_store", _Id)
_end = Command("outreach", "end_export")

# What a file can hold: the field, its heading, and its cell. Nothing sealed.
COLUMNS: dict[str, tuple[Any, Callable[[ExportedMember], Value]]] = {
    "resource_no": (_("资源编号"), lambda row: resource_no(row.city_code, row.member_id)),
    "consent_state": (_("现在"), lambda row: str(exporting.PLACES.get(row.place, row.place))),
    "sex": (_("性别"), lambda row: facets.label("sex", row.sex, "zh-hans")),
    "birth_year": (_("出生年份"), lambda row: row.birth_year),
    "height": (_("身高"), lambda row: row.height_cm),
    "education": (_("学历"), lambda row: facets.label("education", row.education, "zh-hans")),
    "income_band": (_("收入区间"), lambda row: facets.label("income_band", row.income_band, "zh-hans")),
    "marital": (_("婚姻状况"), lambda row: facets.label("marital", row.marital, "zh-hans")),
    "district": (_("所在区"), lambda row: row.district),
    "occupation": (_("职业"), lambda row: row.occupation),
    "housing": (_("住房"), lambda row: row.housing),
    "car": (_("购车"), lambda row: row.car),
    "grade": (_("等级"), lambda row: row.grade),
}


def columns_of(purpose: str) -> tuple[str, ...]:
    """The fields that the purpose names and a file can hold."""
    known = catalogue().purpose(purpose)
    return tuple(name for name in COLUMNS if known is not None and name in known.fields)


def fetch(*, by: Actor, city_id: int, export_id: int, now: datetime) -> File:
    """
    Makes the file, once, for who asked for it. One trace names every member in it.

    Whatever stands against it is recorded as a denied try.

    :raises NotAllowed: no store manager.
    :raises NotFound: not asked for by this person.
    :raises Undecided, Declined, Expired, FetchedAlready, TooManyToday: see there.
    :raises consent.assessing.PurposeStopped: the purpose is not in use any more.
    """
    by.require(Permission.OUTREACH_EXPORT_REQUEST)
    since, fields = start_of(day_of(now)), _fields(by=by, city_id=city_id, export_id=export_id, now=now)
    with transaction.atomic():
        _lock_store.all(city_id=by.city_id, store_id=by.store_id, since=since - FETCH_WITHIN)
        known = exporting.lock.one(city_id=city_id, export_id=export_id)
        against = _against(by=by, city_id=city_id, known=known, now=now)
        if against is None and known is not None:
            return _make(by=by, city_id=city_id, known=known, fields=fields, now=now)
        refusal = against or NotFound()
        exporting.trace(
            by=by,
            city_id=by.city_id,
            reason=refusal.code.removeprefix("outreach."),
            purpose=known.purpose if known and not isinstance(refusal, NotFound) else "pool.card",
            denied=True,
            now=now,
        )
    raise refusal


def _against(*, by: Actor, city_id: int, known: Locked | None, now: datetime) -> Refusal | None:
    if known is None or city_id != by.city_id or known.requested_by != by.staff_id or known.store_id != by.store_id:
        return NotFound()
    refusal = {"asked": Undecided, "refused": Declined, "fetched": FetchedAlready}.get(known.state)
    if refusal is not None:
        return refusal()
    if known.approved_at is None or known.approved_at <= now - FETCH_WITHIN:
        return Expired()
    today = exporting.today_of.one(city_id=city_id, store_id=known.store_id, since=start_of(day_of(now)))
    if today is not None and (today.files >= FILES_A_DAY or today.rows + known.cap > ROWS_A_DAY):
        return TooManyToday()
    return None


def _fields(*, by: Actor, city_id: int, export_id: int, now: datetime) -> tuple[str, ...]:
    """What the file of somebody's own request would hold. Outside the transaction: a purpose that is stopped leaves its trace."""
    known = exporting.lock.one(city_id=city_id, export_id=export_id)
    if known is None or known.requested_by != by.staff_id:
        return ()
    return assessing.within(by=by, action=ACTION, purpose=known.purpose, fields=columns_of(known.purpose), now=now)


def _make(*, by: Actor, city_id: int, known: Locked, fields: tuple[str, ...], now: datetime) -> File:
    rows = _members.all(
        city_id=city_id,
        store_id=known.store_id,
        places=[known.place] if known.place else list(PLACES),
        cap=known.cap,
        staff_id=by.staff_id,
        today=day_of(now),
        notice_hash=catalogue().purposes["outreach.call"].notice_hash,
        now=now,
        **recording.trace_parameters(by=by, action=ACTION, purpose=known.purpose, fields=fields, ground=GROUND),
    )
    _end.run(city_id=city_id, export_id=known.export_id, rows=len(rows), now=now)
    mark = name_of(city_id, known.export_id)
    rows.sort(key=lambda row: watermark.place_of(mark, row.member_id))
    content = watermark.write(
        headings=[str(COLUMNS[name][0]) for name in fields],
        rows=([COLUMNS[name][1](row) for name in fields] for row in rows),
        title=gettext("会员"),
        lines=_lines(by=by, known=known, mark=mark, now=now),
    )
    return File(name=f"export-{mark}.xlsx", content=content, rows=len(rows))


def name_of(city_id: int, export_id: int) -> str:
    """What a file is called, on itself and in its order of rows."""
    return f"{city_id}-{export_id}"


def _lines(*, by: Actor, known: Locked, mark: str, now: datetime) -> list[str]:
    at = now.astimezone(COMPANY_ZONE).strftime("%Y-%m-%d %H:%M")
    return [
        gettext("导出 %(mark)s，%(at)s") % {"mark": mark, "at": at},
        gettext("下载人：%(who)s（工号 %(staff)s），%(store)s")
        % {"who": by.alias, "staff": known.requester_no, "store": by.store_name},
        gettext("批准人：%(who)s（工号 %(staff)s）") % {"who": known.approver, "staff": known.approver_no},
        gettext("原因：%s") % known.why,
        gettext("仅供上述用途，不得转发；每位会员都看得到这次导出。"),
    ]
