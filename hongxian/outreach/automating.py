"""
Automatic texts (自动短信): a reminder the day before, a word on a birthday, one some days after a first talk.

In the name of the holder, under the same gate as every text, once for each occasion. A kind is switched on by approving a
template for it (outreach/wordings.py:USES) and off by retiring that; the first one in use is taken.

Birthdays are sealed. The worker looks at them only of held members who said yes to just this (purpose outreach.birthday, a
switch of their own in the portal, off unless they turn it on), each look a trace that they read; what it saw it forgets.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction

from hongxian.audit import recording
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import COMPANY_ZONE, day_of, start_of
from hongxian.kernel.permissions import Role
from hongxian.kernel.sql import Statement
from hongxian.org import queries as org
from hongxian.outreach import templates, texting
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from hongxian.kernel.actor import Actor

KINDS = ("reminder", "birthday", "follow_up")
BIRTHDAY = "outreach.birthday"
FOLLOW_UP_AFTER = timedelta(days=3)
ONE_DAY, REMEMBERED = timedelta(days=1), timedelta(days=45)
LOOKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody to whom a text is due, in whose name, and the moment that it is about."""

    member_id: int
    staff_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class _Waited:
    waited: bool


@dataclass(frozen=True, slots=True)
class _Known:
    known: bool


_reminders = Statement("outreach", "due_reminders", Due)
_follow_ups = Statement("outreach", "due_follow_ups", Due)
_birthday_members = Statement("outreach", "birthday_members", Due)
_known = Statement("outreach", "known_occasion", _Known)
_lock = Statement("outreach", "lock_request", _Waited)


def queue_due(*, city_id: int, now: datetime, birthdays: bool = True) -> int:
    """
    Queues what is due in a city and hasn't been queued; how many texts. Repeatable: two workers at once queue each once.

    `birthdays` is for one call a day alone: each looks at dates of birth anew.

    :raises vault.asking.KeeperAway: birthdays cannot be looked at; reminders and follow-ups have been queued.
    """
    if settings.SMS_GATEWAY == "none":
        return 0
    total = 0
    for kind in ("reminder", "follow_up", "birthday") if birthdays else ("reminder", "follow_up"):
        known = templates.sendable(use=kind)
        if known:
            due = _due(kind, city_id=city_id, now=now)
            total += sum(_queue(kind, city_id=city_id, version_id=known[0].version_id, due=each, now=now) for each in due)
    return total


def _due(kind: str, *, city_id: int, now: datetime) -> Iterator[Due]:
    today = start_of(day_of(now))
    if kind == "reminder":
        yield from _reminders.all(city_id=city_id, begins=today + ONE_DAY, ends=today + 2 * ONE_DAY)
    elif kind == "follow_up":
        then = today - FOLLOW_UP_AFTER
        yield from _follow_ups.all(city_id=city_id, begins=then, ends=then + ONE_DAY)
    else:
        yield from _birthdays(city_id=city_id, now=now)


def _queue(kind: str, *, city_id: int, version_id: int, due: Due, now: datetime) -> int:
    by = org.actor(staff_id=due.staff_id, today=day_of(now), process="worker")
    if by is None or not by.active:
        return 0
    key = _key(kind, city_id=city_id, due=due, now=now)
    with transaction.atomic():
        if queued(city_id=city_id, member_id=due.member_id, request_key=key, now=now):
            return 0
        return texting.queue(
            by=by,
            city_id=city_id,
            member_ids=[due.member_id],
            version_id=version_id,
            how="automatic",
            variables=_variables(kind, by=by, at=due.at),
            request_key=key,
            now=now,
            latest_at=due.at if kind == "reminder" else None,
        ).count


def queued(*, city_id: int, member_id: int, request_key: UUID, now: datetime) -> bool:
    """Whether the text of an occasion has been queued already. Holds the occasion until the surrounding transaction ends."""
    _lock.all(request_key=str(request_key))
    known = _known.one(city_id=city_id, member_id=member_id, since=now - REMEMBERED, request_key=request_key)
    return known is None or known.known


def _key(kind: str, *, city_id: int, due: Due, now: datetime) -> UUID:
    """The occasion's own number: an appointment moved to another hour is another occasion, a new holder is not."""
    occasion = day_of(now).isoformat() if kind == "birthday" else due.at.isoformat()
    return uuid5(NAMESPACE_URL, f"hongxian:{kind}:{city_id}:{due.member_id}:{occasion}")


def _variables(kind: str, *, by: Actor, at: datetime) -> dict[str, str]:
    given = {"consultant": by.alias, "city": city_name(by.city_id)}
    if kind == "reminder":
        local = at.astimezone(COMPANY_ZONE)
        given |= {"date": f"{local.month}月{local.day}日", "time": f"{local:%H:%M}"}
    return given


def city_name(city_id: int) -> str:
    """What a city is called in a text; empty for none."""
    return next((city.name for city in org.cities() if city.city_id == city_id), "")


def _birthdays(*, city_id: int, now: datetime) -> Iterator[Due]:
    """Whose birthday it is, of those who said yes; each holder's members are looked at with one trace for each 500."""
    purpose = catalogue().purpose(BIRTHDAY)
    if purpose is None:
        return
    members = _birthday_members.all(city_id=city_id, today=day_of(now), notice_hash=purpose.notice_hash, now=now)
    for staff_id, group in groupby(members, key=lambda each: each.staff_id):
        theirs = list(group)
        holder = org.actor(staff_id=staff_id, today=day_of(now), process="worker")
        for first in range(0, len(theirs) if holder else 0, LOOKED_AT_ONCE):
            part = theirs[first : first + LOOKED_AT_ONCE]
            if holder is not None:
                yield from _with_birthday(holder, city_id=city_id, members=part, now=now)


def _with_birthday(holder: Actor, *, city_id: int, members: Sequence[Due], now: datetime) -> list[Due]:
    with transaction.atomic():
        trace = recording.record(
            by=replace(holder, role=Role.SYSTEM),
            action="member.birthday",
            purpose=BIRTHDAY,
            ground="claim",
            city_id=city_id,
            member_ids=[each.member_id for each in members],
            fields=["birth"],
            now=now,
        )
    try:
        opened = asking.reveal(trace)
    except asking.KeeperDenied:  # somebody withdrew, said no or was released a moment ago: tomorrow without them
        return []
    return [each for each in members if is_birthday(opened.get(each.member_id, {}).get("birth", ""), day_of(now))]


def is_birthday(birth: str, today: date) -> bool:
    """Of a date as it is sealed (1993-07-12); who was born on the 29th of February has it on the 28th in other years."""
    day = birth[5:10]
    if day == "02-29" and not isleap(today.year):
        day = "02-28"
    return day == f"{today:%m-%d}"
