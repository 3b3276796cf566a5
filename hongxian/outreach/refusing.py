"""Refusing (拒绝联系): a "no" is final everywhere from the moment its transaction commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent import ordering, suppressing
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.members import records
from hongxian.pools import queries as pools
from hongxian.pools import removing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor


AT_LEAST = timedelta(seconds=20)  # its job comes first


@dataclass(frozen=True, slots=True)
class _Unsettled:
    city_id: int
    member_id: int


_unsettled = Statement("outreach", "noes_unsettled", _Unsettled)


class UnknownReason(Refusal):
    """A "no" needs one of the reasons on the list."""

    code = "outreach.unknown_reason"
    message = _("请选择列表中的原因。")
    status = 422


REASONS = {"refused": _("本人拒绝联系"), "married": _("已婚"), "complained": _("投诉骚扰"), "wrong_person": _("号码已换人")}


def refuse(*, by: Actor, city_id: int, member_id: int, reason: str, now: datetime) -> None:
    """
    Files the "no" of a member whom this person holds, or whose store they manage.

    Adds the suppression, marks the record and takes the member out of pools and hands, in one transaction.

    :raises NotAllowed: the role may not file refusals.
    :raises NotFound: not held by this person, or of another store.
    :raises UnknownReason: not on the list.
    """
    by.require(Permission.OUTREACH_REFUSAL_FILE)
    if reason not in REASONS:
        raise UnknownReason
    known = records.hashes_of(city_id=city_id, member_id=member_id)
    if known is None or not within_reach(by=by, city_id=city_id, member_id=member_id, store_id=known.store_id):
        recording.record(
            by=by,
            action="outreach.refuse",
            purpose="suppression",
            city_id=city_id,
            member_ids=[member_id],
            reason="no_ground",
            denied=True,
            now=now,
        )
        raise NotFound
    refuse_number(
        by=by,
        number_hashes=known.number_hashes,
        origin=suppressing.fresh_origin(by),
        reason=reason,
        now=now,
    )


def lock_before(*, city_id: int, member_id: int) -> None:
    """For a transaction that takes the member's row and may refuse later: numbers are locked before records, always."""
    known = records.hashes_of(city_id=city_id, member_id=member_id)
    if known is not None:
        suppressing.lock_numbers([bytes(each) for each in known.number_hashes])


def within_reach(*, by: Actor, city_id: int, member_id: int, store_id: int) -> bool:
    """Whether somebody may speak for a member: the holder, the store's managers, the privacy office, the system."""
    if by.role in {Role.SYSTEM, Role.PRIVACY_OFFICER}:
        return True
    if by.city_id != city_id:
        return False
    holder = pools.holder_of(city_id=city_id, member_id=member_id)
    if by.role == Role.CONSULTANT:
        return holder == by.staff_id
    return store_id == by.store_id


def refuse_number(*, by: Actor, number_hashes: Sequence[bytes], origin: str, reason: str, now: datetime) -> bool:
    """
    The "no" of a number, whether anybody knows it or not. True when it is new.

    Every channel's "no" ends here: what staff file, what a workbook says, and what the person sends or presses.
    """
    hashes = [bytes(each) for each in number_hashes]
    with transaction.atomic():
        suppressing.lock_numbers(hashes)
        home = records.home_of(hashes)
        if home is not None:
            ordering.lock_member(city_id=home.city_id, member_id=home.member_id)
            records.mark_suppressed(city_id=home.city_id, member_id=home.member_id, now=now)
        new = suppressing.suppress(
            number_hashes=hashes, origin=origin, reason=reason, staff_id=by.staff_id, store_id=by.store_id, now=now
        )
        if home is not None:
            removing.remove(by=by, city_id=home.city_id, member_id=home.member_id, reason=reason, now=now)
        recording.record(
            by=by,
            action="outreach.refuse",
            purpose="suppression",
            city_id=home.city_id if home else by.city_id,
            member_ids=[home.member_id] if home else [],
            fields=["number_hash"],
            reason=reason,
            now=now,
        )
    return new


def settle(*, by: Actor, city_id: int, member_id: int, now: datetime) -> bool:
    """
    Brings a member's record and place in line with the list of noes, after the person has said no, or lifted it, in the
    portal. The gate and the keeper ask the list itself and need not wait for this. True when the number says no.

    :raises NotFound: no such member.
    """
    with transaction.atomic():
        known = records.hashes_of(city_id=city_id, member_id=member_id)
        if known is None:
            raise NotFound
        hashes = [bytes(each) for each in known.number_hashes]
        suppressing.lock_numbers(hashes)
        ordering.lock_member(city_id=city_id, member_id=member_id)
        if not hashes or not suppressing.suppressed(hashes):
            records.unmark_suppressed(city_id=city_id, member_id=member_id)
            return False
        records.mark_suppressed(city_id=city_id, member_id=member_id, now=now)
        removing.remove(by=by, city_id=city_id, member_id=member_id, reason="refused", now=now)
        return True


def settle_left_over(*, by: Actor, since: datetime, now: datetime) -> int:
    """Settles the noes of a city whose record does not say so yet; how many. `since` is how far back the list is looked at."""
    waiting = _unsettled.all(city_id=by.city_id, since=since, before=now - AT_LEAST)
    for each in waiting:
        settle(by=by, city_id=each.city_id, member_id=each.member_id, now=now)
    return len(waiting)


def restore(*, by: Actor, number_hash: bytes, reason: str, recorded_at: datetime, now: datetime) -> None:
    """A "no" that a restored backup had forgotten: on the list again as of its own moment, so that a later lifting still counts."""
    with transaction.atomic():
        suppressing.lock_numbers([number_hash])
        origin = f"list {recorded_at.isoformat()}"
        suppressing.suppress(number_hashes=[number_hash], origin=origin, reason=reason, now=recorded_at)
        home = records.home_of([number_hash])
        if home is not None:
            settle(by=by, city_id=home.city_id, member_id=home.member_id, now=now)
