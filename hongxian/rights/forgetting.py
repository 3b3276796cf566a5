"""Forgetting (到期删除): closed requests and complaints go once their time is over, with every word that was written in them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement
from hongxian.rights import erasing
from hongxian.vault import forgetting

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class _Words:
    envelope_id: int


@dataclass(frozen=True, slots=True)
class _Lead:
    member_id: int


_leads = Statement("rights", "leads_past", _Lead)
_requests = Statement("rights", "forget_requests", _Words)
_complaints = Statement("rights", "forget_complaints", _Words)


def forget_requests(*, city_id: int, before: datetime) -> int:
    """Requests answered before; how many envelopes went with them."""
    return _forget(_requests, city_id=city_id, before=before)


def forget_complaints(*, city_id: int, before: datetime) -> int:
    """Complaints closed before and not opened again; how many envelopes went with them."""
    return _forget(_complaints, city_id=city_id, before=before)


def forget_leads(*, by: Actor, city_id: int, before: datetime, now: datetime) -> int:
    """
    Erases records that stand on nothing but a consent that ended and was given, like the record itself, before; how many.

    At most AT_ONCE a night: a wrong clock must not empty a city.
    """
    found = _leads.all(city_id=city_id, before=before, before_day=day_of(before), today=day_of(now), now=now, size=AT_ONCE)
    for each in found:
        with suppress(NotFound):  # somebody else has erased it meanwhile
            erasing.erase(by=by, city_id=city_id, member_id=each.member_id, now=now)
    return len(found)


def _forget(statement: Statement[_Words], *, city_id: int, before: datetime) -> int:
    with transaction.atomic():
        ids = [row.envelope_id for row in statement.all(city_id=city_id, before=before)]
        return forgetting.forget_words(city_id=city_id, envelope_ids=ids)
