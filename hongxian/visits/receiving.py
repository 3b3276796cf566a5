"""Receiving (到店登记): the member will come, is here, did not come, or calls it off. The consultant says so, or the store manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.visits import booking

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

EARLY = timedelta(hours=2)
CORRECTED_WITHIN = timedelta(days=3)
REASONS = {
    "member": _("会员改时间或不来了"),
    "consultant": _("顾问不在"),
    "store": _("门店原因"),
}


class CannotReceive(Refusal):
    """Nothing has changed."""


class WrongMoment(CannotReceive):
    """Who comes at three is not here at nine, and has not stayed away before three."""

    code = "visits.wrong_moment"
    message = _("现在不能这样登记：到店最早提前 2 小时登记，未到要等约定时间过后，三天后不能再改。")


class WrongState(CannotReceive):
    """The visit is over or called off."""

    code = "visits.wrong_state"
    message = _("这个预约的状态已经变了，请刷新后再看。")


class NoReason(CannotReceive):
    """Calling off has a reason."""

    code = "visits.no_reason"
    message = _("请选择取消的原因。")
    status = 422


@dataclass(frozen=True, slots=True)
class _Visit:
    visit_id: int
    member_id: int
    staff_id: int
    begins: datetime
    ends: datetime
    state: str


_lock = Statement("visits", "lock_visit", _Visit)
_confirm = Command("visits", "confirm")
_arrive = Command("visits", "arrive")
_no_show = Command("visits", "no_show")
_cancel = Command("visits", "cancel")


def confirm(*, by: Actor, city_id: int, visit_id: int, now: datetime) -> None:
    """
    Notes that the member said they come.

    :raises NotFound: not one's own visit, or not one of the manager's store.
    :raises WrongState: it is confirmed already, over or called off.
    """
    with transaction.atomic():
        visit = _take(by=by, city_id=city_id, visit_id=visit_id)
        if visit.begins <= now:
            raise WrongMoment
        _move(_confirm.run(city_id=city_id, visit_id=visit_id, staff_id=by.staff_id, now=now))
        _trace(by=by, city_id=city_id, visit=visit, action="visits.confirm", now=now)


def arrive(*, by: Actor, city_id: int, visit_id: int, now: datetime) -> None:
    """
    Notes that the member came. Within three days it also puts a wrong "did not come" right.

    :raises NotFound: not one's own visit, or not one of the manager's store.
    :raises WrongMoment: long before the visit, or long after.
    :raises WrongState: called off, or noted already.
    :raises visits.booking.CannotBook: room or consultant have been given to somebody else for that time meanwhile.
    """
    try:
        with transaction.atomic():
            visit = _take(by=by, city_id=city_id, visit_id=visit_id)
            if not visit.begins - EARLY <= now <= visit.ends + CORRECTED_WITHIN:
                raise WrongMoment
            _move(_arrive.run(city_id=city_id, visit_id=visit_id, staff_id=by.staff_id, now=now))
            _trace(by=by, city_id=city_id, visit=visit, action="visits.arrive", now=now)
    except IntegrityError as error:
        refusal = booking.said_by(error)
        if refusal is None:
            raise
        raise refusal from None


def no_show(*, by: Actor, city_id: int, visit_id: int, now: datetime) -> None:
    """
    Notes that the member did not come.

    :raises NotFound: not one's own visit, or not one of the manager's store.
    :raises WrongMoment: its time has not come yet, or is long over.
    :raises WrongState: called off, or noted already.
    """
    with transaction.atomic():
        visit = _take(by=by, city_id=city_id, visit_id=visit_id)
        if not visit.begins < now <= visit.ends + CORRECTED_WITHIN:
            raise WrongMoment
        _move(_no_show.run(city_id=city_id, visit_id=visit_id, staff_id=by.staff_id, now=now))
        _trace(by=by, city_id=city_id, visit=visit, action="visits.no_show", now=now)


def cancel(*, by: Actor, city_id: int, visit_id: int, why: str, now: datetime) -> None:
    """
    Calls a visit off; room and consultant are free again.

    :raises NotFound: not one's own visit, or not one of the manager's store.
    :raises NoReason: no reason of the list.
    :raises WrongState: over, or called off already.
    """
    with transaction.atomic():
        visit = _take(by=by, city_id=city_id, visit_id=visit_id)
        if why not in REASONS:
            raise NoReason
        _move(_cancel.run(city_id=city_id, visit_id=visit_id, staff_id=by.staff_id, why=why, now=now))
        _trace(by=by, city_id=city_id, visit=visit, action="visits.cancel", now=now)


def _take(*, by: Actor, city_id: int, visit_id: int) -> _Visit:
    by.require(Permission.VISITS_VISIT_RECEIVE)
    if by.store_id is None or by.city_id != city_id:
        raise NotFound
    mine = None if by.role == Role.STORE_MANAGER else by.staff_id
    visit = _lock.one(city_id=city_id, visit_id=visit_id, store_id=by.store_id, staff_id=mine)
    if visit is None:
        raise NotFound
    return visit


def _move(moved: int) -> None:
    if not moved:
        raise WrongState


def _trace(*, by: Actor, city_id: int, visit: _Visit, action: str, now: datetime) -> None:
    ground = "claim" if by.role == Role.CONSULTANT else "store"
    recording.record(
        by=by,
        action=action,
        purpose=booking.PURPOSE,
        ground=ground,
        city_id=city_id,
        member_ids=[visit.member_id],
        fields=booking.FIELDS,
        now=now,
    )
