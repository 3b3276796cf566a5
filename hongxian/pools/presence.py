"""
Presence (值班): who is on duty on a day. The morning's dealing passes over whoever is not.

The rota is the store manager's: everybody works unless marked off. "I am here" is the consultant's own word; a store that
deals by presence deals only to those who have given it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

LONGEST_SPAN = 31
LONGEST_WHY = 200


class BadSpan(Refusal):
    """A rota has at most 31 days."""

    code = "pools.bad_span"
    message = _("请选择一个月以内的日期。")
    status = 422


class Over(Refusal):
    """What is past stays as it was."""

    code = "pools.rota_over"
    message = _("过去的日子不能再改。")


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One person's day where somebody said something about it."""

    staff_id: Annotated[int, PLAIN]
    day: Annotated[date, PLAIN]
    off: Annotated[bool, PLAIN]
    here_at: Annotated[datetime | None, PLAIN]
    why: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Mark:
    """One consultant's day: off, or not after all."""

    staff_id: int
    day: date
    off: bool


_rota = Statement("pools", "rota_of_store", DutyRow)
_off = Command("pools", "mark_off")
_here = Command("pools", "mark_here")


def rota(*, by: Actor, since: date, until: date) -> list[DutyRow]:
    """
    What is known of the acting manager's store between two days.

    :raises NotAllowed: no store manager.
    :raises BadSpan: backwards, or more than a month.
    """
    by.require(Permission.POOLS_SHARE_DEAL)
    if not timedelta(0) <= until - since < timedelta(days=LONGEST_SPAN):
        raise BadSpan
    return _rota.all(city_id=by.city_id, store_id=by.store_id, since=since, until=until)


def mark(*, by: Actor, marks: Sequence[Mark], why: str, now: datetime) -> int:
    """
    Says who of the acting manager's store is off on which days, and who after all is not. Gives how many days changed.

    :raises NotAllowed: no store manager.
    :raises NotFound: one of them is no consultant of this store; nothing is changed.
    :raises Over: a day that is past.
    """
    by.require(Permission.POOLS_SHARE_DEAL)
    today = day_of(now)
    if by.store_id is None or by.role == Role.SYSTEM:
        raise NotFound
    theirs = {each.staff_id for each in org.consultants_of_store(store_id=by.store_id, today=today)}
    if any(each.staff_id not in theirs for each in marks):
        raise NotFound
    if any(each.day < today for each in marks):
        raise Over
    given = sorted({(each.staff_id, each.day): each.off for each in marks}.items())
    with transaction.atomic():
        changed = _off.run(
            city_id=by.city_id,
            staff_ids=[staff_id for (staff_id, _day), _value in given],
            days=[day for (_staff, day), _value in given],
            offs=[off for _key, off in given],
            by_staff_id=by.staff_id,
            why=why.strip()[:LONGEST_WHY],
            now=now,
        )
        if changed:
            changing.note_change(
                by=by,
                action="pools.rota",
                thing=f"store {by.store_id}",
                before=None,
                after={"days": changed, "off": sum(off for _key, off in given)},
                why=why.strip()[:LONGEST_WHY],
                now=now,
            )
    return changed


def here(*, by: Actor, now: datetime) -> None:
    """
    A consultant says that they are at work today. Saying it twice changes nothing.

    :raises NotAllowed: the role works no members, or may not now.
    """
    by.require(Permission.POOLS_HOLDING_WORK)
    _here.run(city_id=by.city_id, staff_id=by.staff_id, day=day_of(now), now=now)
