"""
The person's own "no" (停止一切联系), with or without signing in, and its lifting, which nobody else can do.

Both are written through the portal's views: only for the number of the visit, the lifting only within a quarter of an hour
after the code. The gate and the keeper ask the list itself, so that both are in force when they commit; the record and the
pools follow within a second (outreach/refusing.py:settle).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.utils.translation import gettext_lazy as _

from hongxian import reactions
from hongxian.consent import ordering, suppressing
from hongxian.consent.purposes import catalogue
from hongxian.consent.receipts import VALID_FOR
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN, Label
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.portal import own, tracing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.portal.door import Visit

FRESH = timedelta(minutes=15)
LIFTS_WITH = ("outreach.call", "outreach.sms", "outreach.promotion")


class NotFresh(Refusal):
    """The code is older than a quarter of an hour: nothing was lifted."""

    code = "portal.not_fresh"
    message = _("为确认是您本人，请重新登录，并在 15 分钟内操作。")
    status = 403


class NothingAgreed(Refusal):
    """A lifting needs a fresh consent beside it."""

    code = "portal.nothing_agreed"
    message = _("请选择今后可以怎样联系您：电话、短信，或几种都可以。")
    status = 422


@dataclass(frozen=True, slots=True)
class No:
    """One "no" on the list."""

    reason: Annotated[str, Label("consent_state")]
    recorded_at: Annotated[datetime, PLAIN]
    store_name: Annotated[str, PLAIN]
    store_name_en: Annotated[str, PLAIN]
    lifted: Annotated[bool, Label("consent_state")]


@dataclass(frozen=True, slots=True)
class _Locked:
    waited: bool


@dataclass(frozen=True, slots=True)
class _Moved:
    moved: bool


_noes = Statement("portal", "own_noes", No)
_lock = Statement("portal", "lock_numbers", _Locked)
_set_aside = Statement("portal", "set_aside", _Moved)
_say_no = Command("portal", "say_no")
_lift = Command("portal", "lift")
_add_receipts = Command("portal", "add_receipts")


def noes(*, visit: Visit) -> list[No]:
    """Every "no" of this number, the newest first; where it was said twice, under two hash keys, once."""
    with own.visiting(visit.token):
        return list({(each.reason, each.recorded_at): each for each in _noes.all()}.values())


def stopped(said: Sequence[No]) -> bool:
    """Whether a "no" stands."""
    return any(not each.lifted for each in said)


def stop(*, visit: Visit, via: str, now: datetime) -> None:
    """Ends all contact, from the moment this commits. `via`: portal, or link (no sign-in). Saying it again does no harm."""
    with own.visiting(visit.token):
        hold(visit)
        say_no(visit=visit, via=via, now=now)
        _follow(visit)


def say_no(*, visit: Visit, via: str, now: datetime, reason: str = "refused") -> None:
    """The "no" itself, in a transaction that holds the visitor."""
    _say_no.run(number_hashes=list(visit.number_hashes), origin=f"{via} {now.isoformat()}", reason=reason, now=now)
    tracing.record(visit=visit, action="portal.stop", purpose="suppression", fields=["number_hash"], reason=via, now=now)


def lift(*, visit: Visit, purposes: Sequence[str], now: datetime) -> None:
    """
    Lets the company contact this person again, by the channels they name: the lifting and the fresh consent together.

    :raises NotFresh: the code is older than a quarter of an hour; the try is recorded.
    :raises NothingAgreed: no channel was named.
    """
    wanted = [name for name in LIFTS_WITH if name in purposes]
    if not wanted:
        raise NothingAgreed
    if now - visit.opened_at > FRESH:
        with own.visiting(visit.token):
            tracing.record(
                visit=visit, action="suppression.lift", purpose="suppression", reason="not_fresh", denied=True, now=now
            )
        raise NotFresh
    with own.visiting(visit.token):
        hold(visit)
        _lift.run(number_hashes=list(visit.number_hashes), now=now, proof=f"code {visit.opened_at.isoformat()}")
        if visit.known:
            _add_receipts.run(
                city_id=visit.city_id,
                member_id=visit.member_id,
                purposes=wanted,
                notice_hashes=[catalogue().purposes[name].notice_hash for name in wanted],
                today=day_of(now),
                until=day_of(now) + VALID_FOR,
                origin=f"portal {now.isoformat()}",
                now=now,
            )
        tracing.record(visit=visit, action="suppression.lift", purpose="suppression", fields=["number_hash"], now=now)
        _follow(visit)


def set_aside(wanted: str) -> bool:
    """
    Takes the visitor's record away from staff: a minor's, or restricted until it is erased. Whether that changed anything.

    In a transaction that holds the visitor; there is no way back in the portal.
    """
    found = _set_aside.one(wanted=wanted)
    return found is not None and found.moved


def hold(visit: Visit) -> None:
    """The locks in everybody's order: numbers, then the member."""
    _lock.all(space=suppressing.LOCK_SPACE, buckets=[each[0] % suppressing.BUCKETS for each in visit.number_hashes])
    if visit.city_id is not None and visit.member_id is not None:
        ordering.lock_member(city_id=visit.city_id, member_id=visit.member_id)


def _follow(visit: Visit) -> None:
    if visit.city_id is not None and visit.member_id is not None:
        reactions.settle_no.defer(city_id=visit.city_id, member_id=visit.member_id)
