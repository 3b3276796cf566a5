"""Releasing (释放): a consultant gives members back to their pool. Quota is not given back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import rules
from hongxian.pools import hinting, moving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

MOST_AT_ONCE = 200


class Reason(models.TextChoices):
    """Why a member goes back. "Said no" is not among them: that is a refusal, and final."""

    NO_MATCH = "no_match", _("条件不合适")
    NOT_NOW = "not_now", _("近期没有意向")
    OTHER_AREA = "other_area", _("希望去别的门店")
    TOO_MANY = "too_many", _("名下太多，跟不过来")
    MISTAKE = "mistake", _("认领错了")


class CannotRelease(Refusal):
    """Nothing has moved."""


class UnknownReason(CannotRelease):
    """A release needs one of the reasons on the list."""

    code = "pools.unknown_reason"
    message = _("请选择列表中的原因。")
    status = 422


class BadNumber(CannotRelease):
    """Between 1 and 200 at once."""

    code = "pools.bad_number"
    message = _("一次释放 1 到 200 位。")
    status = 422


@dataclass(frozen=True, slots=True)
class Released:
    """A holding that ended; `returned` unless the member may not be contacted any more and is in no pool now."""

    member_id: Annotated[int, PLAIN]
    returned: Annotated[bool, PLAIN]


_release = Statement("pools", "release", Released)


def release(*, by: Actor, city_id: int, member_ids: Sequence[int], reason: str, now: datetime) -> list[Released]:
    """
    Ends the acting consultant's holdings of these members and puts them back where they came from, no fresher than they were.

    Who may not be contacted any more goes into no pool. Every id is checked: one that is not held by this consultant
    stops the whole batch.

    :raises NotAllowed: the role works no members.
    :raises UnknownReason: not on the list.
    :raises BadNumber: not between 1 and 200 ids.
    :raises NotFound: one of them is not held by this consultant; the try is recorded.
    """
    by.require(Permission.POOLS_HOLDING_WORK)
    if reason not in Reason.values:
        raise UnknownReason
    ids = sorted(set(member_ids))
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise BadNumber
    with transaction.atomic():
        held = [each for each in moving.lock(city_id=city_id, member_ids=ids) if each.staff_id == by.staff_id]
        if len(held) == len(ids):
            return _end(by=by, city_id=city_id, held=held, move="released", reason=reason, now=now)
        recording.record(
            by=by,
            action="pools.release",
            purpose="outreach.call",
            city_id=city_id,
            member_ids=ids,
            reason="no_ground",
            denied=True,
            now=now,
        )
    raise NotFound


def return_hand(*, by: Actor, city_id: int, staff_id: int, now: datetime) -> list[Released]:
    """
    Puts back everybody whom a consultant holds who leaves or moves; done by the system.

    :raises NotAllowed: the actor is not the system.
    """
    moving.require_system(by)
    with transaction.atomic():
        held = moving.lock_hand(city_id=city_id, staff_id=staff_id)
        return _end(by=by, city_id=city_id, held=held, move="returned", reason="left", now=now) if held else []


def _end(*, by: Actor, city_id: int, held: Sequence[moving.Held], move: str, reason: str, now: datetime) -> list[Released]:
    hinting.hold(pool_ids=[each.pool_id for each in held])
    return _release.all(
        city_id=city_id,
        member_ids=[each.member_id for each in held],
        holder_id=held[0].staff_id,
        **moving.return_parameters(
            by=by,
            action=f"pools.{move}",
            move=move,
            reason=reason,
            waits_for=rules.claims(city_id=city_id, now=now).waits_for,
            now=now,
        ),
    )
