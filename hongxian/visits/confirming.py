"""
The confirming text (到店确认短信): when and where, in the consultant's name, under the same gate as every text, once a visit.

It is switched on by approving a template for `visit` (outreach/wordings.py) and off by retiring it. Queued right after booking;
the worker looks again each hour for what was lost on the way. A visit that was called off before its turn gets none.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import transaction

from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import queries as org
from hongxian.outreach import automating, templates, texting
from hongxian.visits import booking

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

USE = "visit"
LOOKED_BACK = timedelta(days=2)
MOST = 2_000


@dataclass(frozen=True, slots=True)
class _Due:
    visit_id: int
    member_id: int
    staff_id: int
    begins: datetime


@dataclass(frozen=True, slots=True)
class Arranged:
    """A visit that was booked, and whether its confirming text waits."""

    visit_id: Annotated[int, PLAIN]
    repeated: Annotated[bool, PLAIN]
    texted: Annotated[bool, PLAIN]


_due = Statement("visits", "to_text", _Due)


def queue(*, by: Actor, city_id: int, visit_id: int, member_id: int, begins: datetime, now: datetime) -> bool:
    """Queues the confirming text of a visit, once; whether there is one now. The gate decides when its turn comes."""
    known = templates.sendable(use=USE) if settings.SMS_GATEWAY != "none" else []
    if not known:
        return False
    local = begins.astimezone(COMPANY_ZONE)
    key = _key(city_id=city_id, visit_id=visit_id)
    with transaction.atomic():
        if automating.queued(city_id=city_id, member_id=member_id, request_key=key, now=now):
            return True
        texting.queue(
            by=by,
            city_id=city_id,
            member_ids=[member_id],
            version_id=known[0].version_id,
            how="automatic",
            variables={
                "consultant": by.alias,
                "store": by.store_name,
                "city": automating.city_name(by.city_id),
                "date": f"{local.month}月{local.day}日",
                "time": f"{local:%H:%M}",
            },
            request_key=key,
            now=now,
            latest_at=begins,
        )
    return True


def arrange(
    *,
    by: Actor,
    city_id: int,
    member_id: int,
    begins: datetime,
    minutes: int,
    request_key: UUID,
    now: datetime,
    room_id: int | None = None,
) -> Arranged:
    """
    Books a visit, and once that stands queues its confirming text; a visit whose text can't be queued stands all the same.

    :raises: as booking.book does.
    """
    booked = booking.book(
        by=by,
        city_id=city_id,
        member_id=member_id,
        begins=begins,
        minutes=minutes,
        request_key=request_key,
        now=now,
        room_id=room_id,
    )
    texted = False
    with suppress(Refusal):
        texted = queue(by=by, city_id=city_id, visit_id=booked.visit_id, member_id=member_id, begins=begins, now=now)
    return Arranged(visit_id=booked.visit_id, repeated=booked.repeated, texted=texted)


def queue_due(*, city_id: int, now: datetime) -> int:
    """Confirming texts that were lost on the way; how many visits were looked at. May be repeated."""
    if settings.SMS_GATEWAY == "none" or not templates.sendable(use=USE):
        return 0
    due = _due.all(city_id=city_id, since=now - LOOKED_BACK, now=now, most=MOST)
    for each in due:
        by = org.actor(staff_id=each.staff_id, today=day_of(now), process="worker")
        if by is not None and by.active:
            queue(by=by, city_id=city_id, visit_id=each.visit_id, member_id=each.member_id, begins=each.begins, now=now)
    return len(due)


def _key(*, city_id: int, visit_id: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"hongxian:visit:{city_id}:{visit_id}")
