"""What follows when a person corrected their record: the narrow facets of their place in a pool, their grade, or leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.sql import Command
from hongxian.members import records
from hongxian.pools import grading, moving, removing

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

_refresh = Command("pools", "refresh_facets")


def settle(*, by: Actor, city_id: int, member_id: int, now: datetime) -> None:
    """
    Brings place and grade in line with the record. Who became a minor, or may not be seen for another reason, leaves pools,
    hands and rests; nobody had to wait for that, every purpose asks the record itself. May be repeated.

    :raises NotAllowed: the actor is not the system.
    """
    moving.require_system(by)
    with transaction.atomic():
        if records.lock(city_id=city_id, member_id=member_id) is None:
            return
        known = records.standing(city_id=city_id, member_id=member_id)
        if known is None or known.state == "erased":
            return
        if known.state != "live":
            removing.remove(by=by, city_id=city_id, member_id=member_id, reason=known.state, now=now)
            return
        grading.regrade(city_id=city_id, member_ids=[member_id], now=now)
        _refresh.run(city_id=city_id, member_id=member_id, **moving.facet_parameters())
