"""Releasing (释放): back into the pool for others, with a reason; recycling does the same for holdings whose time is up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.pools.entering import facet_codes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

# Former holders and their team mates wait so long before they may reclaim.
RECLAIM_AFTER = timedelta(days=30)
BATCH = 200


class Reason(models.TextChoices):
    """Why somebody lets a member go."""

    NOT_SUITABLE = "not_suitable", _("条件不合适")
    NO_INTEREST = "no_interest", _("暂时没有意向")
    OUT_OF_AREA = "out_of_area", _("不在本地")
    TOO_MANY = "too_many", _("名下太多，来不及联系")
    OTHER = "other", _("其他")


class CannotRelease(Refusal):
    """Nothing has moved."""

    code, message, status = "pools.cannot_release", _("请选择释放原因。"), 422


@dataclass(frozen=True, slots=True)
class Moved:
    """A member who left somebody's hand."""

    member_id: int
    staff_id: int


@dataclass(frozen=True, slots=True)
class _Overdue:
    member_id: int


_release = Statement("pools", "release", Moved)
_overdue = Statement("pools", "overdue", _Overdue)


def release(*, by: Actor, city_id: int, member_ids: Sequence[int], reason: str, now: datetime) -> list[Moved]:
    """
    Puts members that the acting consultant holds back where they came from; no quota is given back.

    Every id is checked: when one is not hers, nothing moves at all and the try is in the traces.

    :raises NotAllowed: the role works no members.
    :raises CannotRelease: no reason of the list.
    :raises NotFound: one of them is not in her hands.
    """
    by.require(Permission.POOLS_HOLDING_WORK)
    if reason not in Reason.values:
        raise CannotRelease
    wanted = sorted(set(member_ids))
    with transaction.atomic():
        moved = _run(by=by, city_id=city_id, member_ids=wanted, holder_id=by.staff_id, move="released", reason=reason, now=now)
        complete = len(moved) == len(wanted) > 0
        if not complete:
            transaction.set_rollback(True)
    if not complete:
        recording.record(
            by=by,
            action="pools.release",
            purpose="pool.card",
            city_id=city_id,
            member_ids=wanted,
            reason="no_ground",
            denied=True,
            now=now,
        )
        raise NotFound
    return moved


def recycle(*, by: Actor, city_id: int, now: datetime) -> int:
    """Returns every holding of a city whose time is up without follow-up to its pool; how many."""
    total = 0
    while overdue := _overdue.all(city_id=city_id, now=now, size=BATCH):
        ids = [row.member_id for row in overdue]
        moved = _run(by=by, city_id=city_id, member_ids=ids, holder_id=None, move="recycled", reason="overdue", now=now)
        total += len(moved)
        if not moved:
            break
    return total


def _run(  # noqa: PLR0913 - the sides of one move
    *, by: Actor, city_id: int, member_ids: Sequence[int], holder_id: int | None, move: str, reason: str, now: datetime
) -> list[Moved]:
    return _release.all(
        city_id=city_id,
        member_ids=list(member_ids),
        holder_id=holder_id,
        overdue=move == "recycled",
        move=move,
        reason=reason,
        now=now,
        day=day_of(now),
        staff_id=by.staff_id,
        former_until=now + RECLAIM_AFTER,
        **facet_codes(),
        **recording.trace_parameters(by=by, action=f"pools.{move}", purpose="pool.card", fields=["resource_no"], ground="claim"),
    )
