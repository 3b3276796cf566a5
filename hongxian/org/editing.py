"""
Cities, stores and teams (机构): what they are to be and from when. Every edit keeps before, after, who and why.

An edit for now is applied in the transaction that writes it down; one for a day to come waits, and the worker applies it when
its moment has come (`apply_due`, every minute). An edit says what becomes different and leaves the rest as it is by then: a new
name planned for Monday opens no store that was closed on Friday. What is refused then (the store still has people, its agreement
is over) stays refused, with the reason. Edits are taken one after the other.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hongxian.audit import changing
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import AlreadyThere, Statement, once
from hongxian.org import agreements, queries, staffing
from hongxian.org.rule_changing import FARTHEST, LOCK_SPACE, LONGEST_WHY, BadMoment, Begun, ChangedMeanwhile, NothingChanges

if TYPE_CHECKING:
    from collections.abc import Mapping

CITY, STORE, TEAM, STAFF = "city", "store", "team", "staff"
CITY_CODE, STORE_CODE = re.compile(r"[A-Z]{2}", re.ASCII), re.compile(r"[A-Z]{2}[0-9]{2,6}", re.ASCII)
LONGEST_NAME, LISTED = 40, 200


class BadEdit(Refusal):
    """It makes no sense, or doesn't go together with what is there; the message says how."""

    code = "org.bad_edit"
    status = 422


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One store, closed ones too."""

    store_id: Annotated[int, PLAIN]
    city_id: Annotated[int, PLAIN]
    city_name: Annotated[str, PLAIN]
    city_name_en: Annotated[str, PLAIN]
    code: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    franchise: Annotated[bool, PLAIN]
    active: Annotated[bool, PLAIN]
    agreed: Annotated[bool, PLAIN]
    staff: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class EditLine:
    """One edit as it was entered, and what became of it (`how`: "" while it waits)."""

    edit_id: Annotated[int, PLAIN]
    kind: Annotated[str, PLAIN]
    thing_id: Annotated[int | None, PLAIN]
    before: Annotated[str | None, PLAIN]
    after: Annotated[str, PLAIN]
    effective_from: Annotated[datetime, PLAIN]
    made_at: Annotated[datetime, PLAIN]
    who: Annotated[str, PLAIN]
    employee_no: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]
    how: Annotated[str, PLAIN]
    done_why: Annotated[str, PLAIN]

    @property
    def was(self) -> dict[str, Any]:
        """Before, by name; empty for what is new."""
        return dict(json.loads(self.before)) if self.before else {}

    @property
    def becomes(self) -> dict[str, Any]:
        """After, by name."""
        return dict(json.loads(self.after))


@dataclass(frozen=True, slots=True)
class _Added:
    edit_id: int


@dataclass(frozen=True, slots=True)
class _Thing:
    thing_id: int


@dataclass(frozen=True, slots=True)
class _Waited:
    waited: bool


_lock = Statement("org", "lock_rules", _Waited)
_places = Statement("org", "places", PlaceLine)
_lines = Statement("org", "edit_lines", EditLine)
_add = Statement("org", "add_edit", _Added)
_end = Statement("org", "end_edit", _Added)
_new = {kind: Statement("org", f"add_{kind}", _Thing) for kind in (CITY, STORE, TEAM)}
_set = {kind: Statement("org", f"set_{kind}", _Thing) for kind in (CITY, STORE, TEAM)}
_start = Statement("org", "start_staff", _Thing)


def places(*, by: Actor, today: date) -> list[PlaceLine]:
    """Every store. :raises NotAllowed: neither of operations nor an inspector."""
    by.require(Permission.ORG_OFFICE_READ)
    return _places.all(today=today)


def edits(*, by: Actor) -> list[EditLine]:
    """Edits, the newest first. :raises NotAllowed: neither of operations nor an inspector."""
    by.require(Permission.ORG_OFFICE_READ)
    return _lines.all(due=None, edit_id=None, size=LISTED)


def edit(
    *,
    by: Actor,
    kind: str,
    thing_id: int | None,
    after: Mapping[str, Any],
    effective_from: datetime | None,
    why: str,
    now: datetime,
    was: Mapping[str, Any] | None = None,
) -> int:
    """
    Enters what a city, store or team is to be, now or from a moment on; `thing_id` None makes a new one. The edit's number.

    `was` is what whoever edits was shown: what they left as it was isn't changed, whatever it has become meanwhile.

    :raises NotAllowed: not of operations.
    :raises NotFound: no such city, store or team.
    :raises agreements.NoReason: not said why.
    :raises BadMoment: in the past, or too far away.
    :raises BadEdit: it makes no sense, or doesn't go together with what is there.
    :raises ChangedMeanwhile: somebody else has changed the same since `was`.
    """
    by.require(Permission.ORG_OFFICE_RUN)
    if kind not in _new:
        raise NotFound
    begins = effective_from or now
    if not now <= begins <= now + FARTHEST:
        raise BadMoment
    with transaction.atomic():
        _lock.all(space=LOCK_SPACE)
        before = None if thing_id is None else _before(kind, thing_id, now)
        given = _changed(after, was=was, before=before) if before is not None and was is not None else after
        wanted = _checked(kind, before=before, given=given, now=now)
        if before == wanted:
            raise NothingChanges
        edit_id = note(by=by, kind=kind, thing_id=thing_id, before=before, after=wanted, effective_from=begins, why=why, now=now)
        if begins <= now:
            _apply(by=by, kind=kind, edit_id=edit_id, thing_id=thing_id, before=before, after=wanted, now=now)
    return edit_id


def _changed(after: Mapping[str, Any], *, was: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in after.items() if value != was.get(name)}
    if any(name in was and before.get(name) not in {was[name], value} for name, value in changed.items()):
        raise ChangedMeanwhile
    return changed


def note(
    *,
    by: Actor,
    kind: str,
    thing_id: int | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    effective_from: datetime,
    why: str,
    now: datetime,
) -> int:
    """
    Writes an edit down, in the surrounding transaction.

    :raises agreements.NoReason: not said why.
    """
    if not why.strip() or len(why) > LONGEST_WHY:
        raise agreements.NoReason
    added = _add.one(
        kind=kind,
        thing_id=thing_id,
        before=None if before is None else json.dumps(dict(before), ensure_ascii=False),
        after=json.dumps(dict(after), ensure_ascii=False),
        effective_from=effective_from,
        staff_id=by.staff_id,
        why=why.strip(),
        now=now,
    )
    if added is None:  # INSERT … RETURNING gives a row or raises
        message = "the edit gave no number back"
        raise RuntimeError(message)
    changing.note_change(
        by=by,
        action="org.edit",
        thing=f"edit {added.edit_id} {kind} {thing_id or ''}".strip(),
        before=before,
        after={**after, "from": effective_from.isoformat()},
        why=why.strip(),
        now=now,
    )
    return added.edit_id


def done(*, by: Actor, edit_id: int, now: datetime) -> None:
    """Says that an edit counts already, in the surrounding transaction."""
    _ends(edit_id=edit_id, how="applied", staff_id=by.staff_id, why="", now=now)


def _ends(**about: Any) -> bool:
    """Whether it was we who said what became of an edit."""
    try:
        with once():
            return _end.one(**about) is not None
    except AlreadyThere:
        return False


def withdraw(*, by: Actor, edit_id: int, why: str, now: datetime) -> None:
    """
    Takes back an edit that waits for its day.

    :raises NotAllowed: not of operations.
    :raises NotFound: no such edit.
    :raises agreements.NoReason: not said why.
    :raises Begun: it was applied, refused or taken back already, or its moment has come.
    """
    by.require(Permission.ORG_OFFICE_RUN)
    if not why.strip() or len(why) > LONGEST_WHY:
        raise agreements.NoReason
    with transaction.atomic():
        line = _lines.one(due=None, edit_id=edit_id, size=1)
        if line is None:
            raise NotFound
        if line.effective_from <= now or not _ends(edit_id=edit_id, how="withdrawn", staff_id=by.staff_id, why=why, now=now):
            raise Begun
        changing.note_change(
            by=by, action="org.edit.withdraw", thing=f"edit {edit_id}", before=line.becomes, after=None, why=why, now=now
        )


def apply_due(*, by: Actor, now: datetime) -> int:
    """
    The worker's round: applies what has waited for its moment, the earliest moment first. Gives how many were applied.

    :raises NotAllowed: the actor is not the system.
    """
    if by.process != "worker":
        raise NotAllowed
    done = 0
    for line in sorted(_lines.all(due=now, edit_id=None, size=LISTED), key=lambda each: (each.effective_from, each.edit_id)):
        about = {"kind": line.kind, "edit_id": line.edit_id, "thing_id": line.thing_id}
        try:
            with transaction.atomic():
                _lock.all(space=LOCK_SPACE)
                _apply(by=by, **about, before=line.was, after=line.becomes, now=now)  # type: ignore[arg-type] # as named
            done += 1
        except Refusal as refusal:
            _ends(edit_id=line.edit_id, how="refused", staff_id=by.staff_id, why=str(refusal.message), now=now)
    return done


def _apply(
    *,
    by: Actor,
    kind: str,
    edit_id: int,
    thing_id: int | None,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    now: datetime,
) -> None:
    """:raises BadEdit: it can't be, as things are now."""
    if not _ends(edit_id=edit_id, how="applied", staff_id=by.staff_id, why="", now=now):
        return  # somebody else has just done it
    if kind in _set and thing_id is not None and before:
        changed = {name: value for name, value in after.items() if value != before.get(name)}
        after = _checked(kind, before=_before(kind, thing_id, now), given=changed, now=now)
    try:
        with transaction.atomic():
            if kind == STAFF:
                found = _start.one(thing_id=thing_id)
            elif thing_id is None:
                found = _new[kind].one(**after)
            else:
                found = _set[kind].one(thing_id=thing_id, **after)
    except IntegrityError as error:
        raise BadEdit(_("代码或名称已经被使用。")) from error
    if found is None:
        raise BadEdit(
            _("这家门店还有在职员工：先为他们办理调岗或离职，再关店。") if kind == STORE else _("已经离职，或门店已关闭。")
        )


def _before(kind: str, thing_id: int, now: datetime) -> dict[str, Any]:
    if kind == CITY:
        city = next((each for each in queries.cities() if each.city_id == thing_id), None)
        if city is not None:
            return {"code": city.code, "name": city.name, "name_en": city.name_en, "timezone": city.timezone}
    elif kind == STORE:
        store = next((each for each in _places.all(today=day_of(now)) if each.store_id == thing_id), None)
        if store is not None:
            return {
                "city_id": store.city_id,
                "code": store.code,
                "name": store.name,
                "name_en": store.name_en,
                "franchise": store.franchise,
                "active": store.active,
            }
    else:
        team = next((each for each in staffing.teams() if each.team_id == thing_id), None)
        if team is not None:
            return {"store_id": team.store_id, "name": team.team_name}
    raise NotFound


def _checked(kind: str, *, before: Mapping[str, Any] | None, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What it is to be, complete. :raises BadEdit: see there."""
    wanted = {**(before or {}), **given}
    for name in {"name", "name_en"} & set(wanted):
        wanted[name] = str(wanted[name]).strip()
    if not wanted.get("name") or len(wanted["name"]) > LONGEST_NAME or len(wanted.get("name_en", "")) > LONGEST_NAME:
        raise BadEdit(_("请填写名称，最长 %d 个字。") % LONGEST_NAME)
    if kind == CITY:
        _check_city(wanted, new=before is None)
        return {name: wanted[name] for name in ("code", "name", "name_en", "timezone")}
    if kind == TEAM:
        if all(store.store_id != wanted.get("store_id") for store in queries.stores()):
            raise BadEdit(_("请选择一家营业中的门店。"))
        return {name: wanted[name] for name in ("store_id", "name")}
    _check_store(wanted, before=before, now=now)
    return {name: wanted[name] for name in ("city_id", "code", "name", "name_en", "franchise", "active")}


def _check_city(wanted: dict[str, Any], *, new: bool) -> None:
    if not wanted.get("name_en"):
        raise BadEdit(_("请填写英文名。"))
    if new and not CITY_CODE.fullmatch(str(wanted.get("code", ""))):
        raise BadEdit(_("城市代码是两个大写字母。"))
    try:
        ZoneInfo(str(wanted.get("timezone") or "-"))
    except (KeyError, ValueError, OSError) as error:
        raise BadEdit(_("没有这个时区：联系时间要按会员所在地计算。")) from error


def _check_store(wanted: dict[str, Any], *, before: Mapping[str, Any] | None, now: datetime) -> None:
    city = next((each for each in queries.cities() if each.city_id == wanted.get("city_id")), None)
    if city is None or not wanted.get("name_en"):
        raise BadEdit(_("请选择城市，填写英文名。"))
    code = str(wanted.get("code", ""))
    if before is None and not (STORE_CODE.fullmatch(code) and code.startswith(city.code)):
        raise BadEdit(_("门店代码以城市代码 %s 开头，后面是数字。") % city.code)
    wanted.setdefault("franchise", False)
    wanted.setdefault("active", True)
    if before is not None and not before["active"] and wanted["active"]:
        known = next(each for each in _places.all(today=day_of(now)) if each.code == code)
        if not known.agreed:
            raise BadEdit(_("这家门店没有有效的数据协议，不能重新营业。"))
    if before is not None and before["active"] and not wanted["active"]:
        known = next(each for each in _places.all(today=day_of(now)) if each.code == code)
        if known.staff:
            raise BadEdit(_("这家门店还有 %d 位在职员工：先为他们办理调岗或离职，再关店。") % known.staff)
