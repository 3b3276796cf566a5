"""What follows when a person turned one of their switches: record, grade and place in the pools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.consent import giving
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import Statement
from hongxian.members import records
from hongxian.pools import entering, grading, moving, removing

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor


AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class _Member:
    member_id: int


_unconsented = Statement("pools", "unconsented", _Member)


def settle(*, by: Actor, city_id: int, member_id: int, now: datetime) -> None:
    """
    Brings a member's record, grade and place in line with their consents. The gate and the keeper ask the receipts
    themselves and need not wait for this. May be repeated.

    Who may not be called any more leaves pools, hands and rests; who may again comes into their store's pool.

    :raises NotAllowed: the actor is not the system.
    """
    moving.require_system(by)
    with transaction.atomic():
        if records.lock(city_id=city_id, member_id=member_id) is None:
            return
        until = giving.contact_until(city_id=city_id, member_ids=[member_id], today=day_of(now)).get(member_id)
        off = giving.grading_is_off(city_id=city_id, member_id=member_id)
        if not records.set_consents(city_id=city_id, member_id=member_id, contact_until=until, profiling_off=off):
            return
        if until is None:
            removing.remove(by=by, city_id=city_id, member_id=member_id, reason="withdrawn", now=now)
            grading.regrade(city_id=city_id, member_ids=[member_id], now=now)
        else:
            entering.enter(by=by, city_id=city_id, member_ids=[member_id], now=now)


def settle_all(*, by: Actor, city_id: int, now: datetime) -> int:
    """
    The same for everybody in a city whose record has fallen behind: after a purpose's text changed, old consents count no
    more and nobody pressed anything. How many.

    :raises NotAllowed: the actor is not the system.
    """
    purpose, done, after = giving.DECIDES_CONTACT, 0, 0
    asked = {"purpose": purpose, "notice_hash": catalogue().purposes[purpose].notice_hash, "today": day_of(now)}
    while found := _unconsented.all(city_id=city_id, after=after, size=AT_ONCE, **asked):
        for each in found:
            settle(by=by, city_id=city_id, member_id=each.member_id, now=now)
        done, after = done + len(found), found[-1].member_id
    return done
