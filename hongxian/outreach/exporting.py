"""
Exporting (导出): a store's members as a file, once, after a second person agreed; never anybody's name or number.

The columns are the fields that the purpose names, its assessment covers and this file can hold: coarse traits and the resource
number. What is sealed is not among them, whatever a purpose says: opening it takes a permit for each single person. The rows
are made from the database at the moment of fetching, one trace with all their numbers, and lie nowhere afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of, start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

ACTION, GROUND = "member.export", "approval"
FETCH_WITHIN, ASK_LASTS = timedelta(hours=24), timedelta(days=7)
MOST_ROWS, FILES_A_DAY, ROWS_A_DAY = 1_000, 3, 2_000
LONGEST_WHY, LISTED = 200, 100
# Where somebody may be whom a file may hold: who said no, has no consent or is barred is in none.
PLACES = {"pool": _("在公海"), "held": _("有人负责"), "resting": _("休息中"), "none": _("未入公海")}


class CannotExport(Refusal):
    """Nothing left the company."""


class BadRequest(CannotExport):
    """A request needs a reason, one of the purposes, a place and a number of rows."""

    code = "outreach.bad_export"
    message = _("请写明用途和原因（最多 200 字），选择范围，行数为 1 到 1000。")
    status = 422


class Undecided(CannotExport):
    """Nobody has agreed yet."""

    code = "outreach.export_undecided"
    message = _("还没有批准，不能下载。")
    status = 403


class Declined(CannotExport):
    """A second person has said no."""

    code = "outreach.export_declined"
    message = _("此申请未获批准，不能下载。")
    status = 403


class Expired(CannotExport):
    """A day after the approval, or a week after the request."""

    code = "outreach.export_expired"
    message = _("已过期：批准后 24 小时内有效，申请 7 天内有效。请重新申请。")
    status = 403


class FetchedAlready(CannotExport):
    """A file is made once."""

    code = "outreach.export_fetched"
    message = _("此文件已经下载过一次，不能再次下载。请重新申请。")
    status = 403


class TooManyToday(CannotExport):
    """The store's day is full."""

    code = "outreach.export_too_many"
    message = _("本店今天的导出已到上限（3 个文件、2000 行），请明天再试。")
    status = 403


class OwnRequest(CannotExport):
    """Who asks never decides."""

    code = "outreach.export_own_request"
    message = _("不能批准自己的申请，需要第二个人。")
    status = 403


class DecidedAlready(CannotExport):
    """Somebody was quicker."""

    code = "outreach.export_decided"
    message = _("此申请已经有人处理。")


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A request for a file, and what became of it; counts only."""

    city_id: Annotated[int, PLAIN]
    export_id: Annotated[int, PLAIN]
    store_code: Annotated[str, PLAIN]
    requested_by: Annotated[int, PLAIN]
    requester: Annotated[str, PLAIN]
    requester_no: Annotated[str, PLAIN]
    requested_at: Annotated[datetime, PLAIN]
    why: Annotated[str, PLAIN]
    purpose: Annotated[str, PLAIN]
    place: Annotated[str, PLAIN]
    cap: Annotated[int, PLAIN]
    state: Annotated[str, PLAIN]
    approver: Annotated[str, PLAIN]
    approved_at: Annotated[datetime | None, PLAIN]
    refused_why: Annotated[str, PLAIN]
    fetched_at: Annotated[datetime | None, PLAIN]
    rows: Annotated[int | None, PLAIN]


@dataclass(frozen=True, slots=True)
class Today:
    """What left a store today."""

    files: Annotated[int, PLAIN]
    rows: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class Locked:
    """A request, held until the transaction ends."""

    export_id: int
    store_id: int
    requested_by: int
    requested_at: datetime
    why: str
    purpose: str
    place: str
    cap: int
    state: str
    approved_by: int | None
    approved_at: datetime | None
    approver: str
    approver_no: str
    requester_no: str


@dataclass(frozen=True, slots=True)
class _Id:
    export_id: int


_ask = Statement("outreach", "ask_export", _Id)
_of_store = Statement("outreach", "exports_of_store", ExportLine)
_to_decide = Statement("outreach", "exports_to_decide", ExportLine)
lock = Statement("outreach", "lock_export", Locked)
today_of = Statement("outreach", "exported_today", Today)
_approve = Command("outreach", "approve_export")
_refuse = Command("outreach", "refuse_export")


def purposes_for(by: Actor) -> list[str]:
    """The purposes for which this person may ask: in use, for their role, with numbers of records, without a consent of each member."""
    return [
        purpose.name
        for purpose in catalogue().purposes.values()
        if purpose.live
        and not purpose.receipt
        and by.role.value in purpose.roles
        and "resource_no" in purpose.fields
        and not purpose.grounds
    ]


def ask(*, by: Actor, purpose: str, place: str, cap: int, why: str, now: datetime) -> int:
    """
    A store's manager asks for a file; its number.

    :raises NotAllowed: no store manager.
    :raises BadRequest: a part is missing or too large.
    """
    by.require(Permission.OUTREACH_EXPORT_REQUEST)
    fits = (
        purpose in purposes_for(by) and place in {"", *PLACES} and 1 <= cap <= MOST_ROWS and 0 < len(why.strip()) <= LONGEST_WHY
    )
    if not fits or by.store_id is None:
        raise BadRequest
    with transaction.atomic():
        made = _ask.one(
            city_id=by.city_id,
            store_id=by.store_id,
            staff_id=by.staff_id,
            why=why.strip(),
            purpose=purpose,
            place=place,
            cap=cap,
            now=now,
        )
        if made is None:  # INSERT … RETURNING gives a row or raises
            raise NotFound
        trace(by=by, city_id=by.city_id, reason=f"asked {made.export_id}", purpose=purpose, now=now)
    return made.export_id


def exports_of_store(*, by: Actor, now: datetime) -> list[ExportLine]:
    """
    What was asked for in the acting manager's store.

    :raises NotAllowed: no store manager.
    """
    by.require(Permission.OUTREACH_EXPORT_REQUEST)
    return _of_store.all(city_id=by.city_id, store_id=by.store_id, most=LISTED, **_since(now))


def today_of_store(*, by: Actor, now: datetime) -> Today:
    """
    How much left the acting manager's store today.

    :raises NotAllowed: no store manager.
    """
    by.require(Permission.OUTREACH_EXPORT_REQUEST)
    found = today_of.one(city_id=by.city_id, store_id=by.store_id, since=start_of(day_of(now)))
    return found or Today(files=0, rows=0)


def to_decide(*, by: Actor, now: datetime) -> list[ExportLine]:
    """
    What was asked for in the whole company.

    :raises NotAllowed: may not decide.
    """
    by.require(Permission.OUTREACH_EXPORT_APPROVE)
    return _to_decide.all(most=LISTED, **_since(now))


def approve(*, by: Actor, city_id: int, export_id: int, now: datetime) -> None:
    """
    A second person agrees; the file may be made once within a day.

    :raises NotAllowed: may not decide.
    :raises NotFound: no such request.
    :raises OwnRequest: who asks never decides; the try is recorded.
    :raises DecidedAlready: somebody was quicker.
    :raises Expired: asked more than a week ago.
    """
    _decide(by=by, city_id=city_id, export_id=export_id, why=None, now=now)


def refuse(*, by: Actor, city_id: int, export_id: int, why: str, now: datetime) -> None:
    """
    A second person says no, with a reason.

    :raises NotAllowed: may not decide.
    :raises NotFound: no such request.
    :raises OwnRequest: who asks never decides; the try is recorded.
    :raises DecidedAlready: somebody was quicker.
    :raises BadRequest: without a reason.
    """
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        by.require(Permission.OUTREACH_EXPORT_APPROVE)
        raise BadRequest(_("请写明不批准的原因，最多 200 字。"))
    _decide(by=by, city_id=city_id, export_id=export_id, why=why.strip(), now=now)


def _decide(*, by: Actor, city_id: int, export_id: int, why: str | None, now: datetime) -> None:
    by.require(Permission.OUTREACH_EXPORT_APPROVE)
    with transaction.atomic():
        known = lock.one(city_id=city_id, export_id=export_id)
        if known is None:
            raise NotFound
        own = known.requested_by == by.staff_id
        if own:
            trace(by=by, city_id=city_id, reason="own_request", purpose=known.purpose, denied=True, now=now)
        elif known.state != "asked":
            raise DecidedAlready
        elif why is not None:
            _refuse.run(city_id=city_id, export_id=export_id, staff_id=by.staff_id, why=why)
            trace(by=by, city_id=city_id, reason=f"refused {export_id}", purpose=known.purpose, now=now)
        elif known.requested_at <= now - ASK_LASTS:
            raise Expired
        else:
            _approve.run(city_id=city_id, export_id=export_id, staff_id=by.staff_id, now=now)
            trace(by=by, city_id=city_id, reason=f"approved {export_id}", purpose=known.purpose, now=now)
    if own:
        raise OwnRequest


def _since(now: datetime) -> dict[str, datetime]:
    return {"fetch_since": now - FETCH_WITHIN, "ask_since": now - ASK_LASTS}


def trace(*, by: Actor, city_id: int, reason: str, purpose: str, now: datetime, denied: bool = False) -> None:
    """What happened to a request, or was tried with it; about no member."""
    recording.record(by=by, action=ACTION, purpose=purpose, city_id=city_id, reason=reason, denied=denied, now=now)
