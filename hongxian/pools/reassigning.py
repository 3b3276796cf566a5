"""Reassigning (分配): a manager moves members from one consultant to another. Nobody's quota is touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import queries as org
from hongxian.org import rules
from hongxian.pools import books, moving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

MOST_AT_ONCE = 200


class CannotReassign(Refusal):
    """Nothing has moved, not even those that could have."""


class BadNumber(CannotReassign):
    """Between 1 and 200 at once."""

    code = "pools.bad_number"
    message = _("一次分配 1 到 200 位。")
    status = 422


class BadReceiver(CannotReassign):
    """The receiver is none of this manager's active, trained consultants."""

    code = "pools.bad_receiver"
    message = _("接收人必须是您管理的、在职并已通过培训的顾问。")


class ReceiverFull(CannotReassign):
    """The receiver's holding limit would be exceeded."""

    code = "pools.receiver_full"
    message = _("接收人名下会员将超过上限。")


class ReceiverWaits(CannotReassign):
    """The receiver or a team mate let one of them go lately."""

    code = "pools.receiver_waits"
    message = _("接收人或同组同事不久前释放过其中的会员，暂不能再接手。")


@dataclass(frozen=True, slots=True)
class _Room:
    left: int
    waits: bool


@dataclass(frozen=True, slots=True)
class _Moved:
    member_id: int


_room = Statement("pools", "receiver_room", _Room)
_reassign = Statement("pools", "reassign", _Moved)


def reassign(*, by: Actor, member_ids: Sequence[int], to_staff_id: int, now: datetime) -> int:
    """
    Moves held members to another consultant: within the team for its manager, within the store for its manager.

    Every id is checked before anything moves. Gives how many changed hands; who is already the receiver's stays.

    :raises NotAllowed: the actor may not reassign.
    :raises BadNumber: not between 1 and 200 ids.
    :raises BadReceiver: not one of this manager's active, trained consultants; the try is recorded.
    :raises NotFound: one of the members is not held within this manager's reach; the try is recorded.
    :raises ReceiverFull: over the holding limit.
    :raises ReceiverWaits: the receiver or their team let one of them go less than 30 days ago.
    """
    by.require(Permission.POOLS_HOLDING_REASSIGN)
    ids = sorted(set(member_ids))
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise BadNumber
    receiver = org.consultant(staff_id=to_staff_id, today=day_of(now))
    if receiver is None or not receiver.trained or not _within_reach(by, receiver.city_id, receiver.store_id, receiver.team_id):
        _deny(by=by, member_ids=ids, reason="receiver_out_of_reach", now=now)
        raise BadReceiver
    with transaction.atomic():
        held = moving.lock(city_id=by.city_id, member_ids=ids)
        reached = [each for each in held if _within_reach(by, by.city_id, each.store_id, each.team_id)]
        if len(reached) == len(ids):
            return _move(by=by, held=[each for each in held if each.staff_id != to_staff_id], receiver=receiver, now=now)
        _deny(by=by, member_ids=ids, reason="no_ground", now=now)
    raise NotFound


def _within_reach(by: Actor, city_id: int, store_id: int | None, team_id: int | None) -> bool:
    if city_id != by.city_id or store_id is None or store_id != by.store_id:
        return False
    return by.role == Role.STORE_MANAGER or (team_id is not None and team_id == by.team_id)


def _move(*, by: Actor, held: Sequence[moving.Held], receiver: org.Colleague, now: datetime) -> int:
    if not held:
        return 0
    ids = [each.member_id for each in held]
    books.open_hands(city_id=by.city_id, store_id=receiver.store_id, staff_ids=[receiver.staff_id], now=now)
    moving.lock_hands(city_id=by.city_id, staff_ids=[receiver.staff_id, *(each.staff_id for each in held)])
    room = _room.one(
        city_id=by.city_id,
        staff_id=receiver.staff_id,
        store_id=receiver.store_id,
        team_id=receiver.team_id,
        member_ids=ids,
        now=now,
    )
    if room is None or room.left < len(ids):
        raise ReceiverFull
    if room.waits:
        raise ReceiverWaits
    lasts = rules.claims(city_id=by.city_id, now=now)
    moved = _reassign.all(
        city_id=by.city_id,
        member_ids=ids,
        receiver_id=receiver.staff_id,
        receiver_team_id=receiver.team_id,
        staff_id=by.staff_id,
        held_until=now + lasts.held_for,
        waits_until=now + lasts.waits_for,
        now=now,
        day=day_of(now),
        **recording.trace_parameters(by=by, action="pools.reassign", purpose="pool.card", ground="team"),
    )
    return len(moved)


def _deny(*, by: Actor, member_ids: Sequence[int], reason: str, now: datetime) -> None:
    recording.record(
        by=by, action="pools.reassign", purpose="pool.card", member_ids=member_ids, reason=reason, denied=True, now=now
    )
