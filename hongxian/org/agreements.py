"""A store's data agreements (数据协议): signed for a span, ended before their time. Without one that runs today a store reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.org.company import SOON

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

LONGEST_DAYS = 3 * 366


class NoReason(Refusal):
    """A change to an agreement needs its reason."""

    code = "org.no_reason"
    message = _("请写明原因。")
    status = 422


class BadSpan(Refusal):
    """From a day to a later one, three years at most, and not over already."""

    code = "org.bad_span"
    message = _("请填写起止日期：结束日在开始日之后、不早于今天，最长三年。")
    status = 422


class Ended(Refusal):
    """The agreement has run out."""

    code = "org.agreement_ended"
    message = _("这份协议已经不在有效期内。")


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """One agreement of a store; a store without any has one line without a number."""

    store_id: Annotated[int, PLAIN]
    code: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    franchise: Annotated[bool, PLAIN]
    active: Annotated[bool, PLAIN]
    agreement_id: Annotated[int | None, PLAIN]
    signed_on: Annotated[date | None, PLAIN]
    expires_on: Annotated[date | None, PLAIN]

    def state(self, today: date) -> str:
        """none, future, live, ending (within 30 days) or expired."""
        if self.signed_on is None or self.expires_on is None:
            return "none"
        if self.expires_on < today:
            return "expired"
        if self.signed_on > today:
            return "future"
        return "ending" if (self.expires_on - today).days <= SOON else "live"


@dataclass(frozen=True, slots=True)
class _Span:
    agreement_id: int
    store_id: int
    signed_on: date
    expires_on: date


_lines = Statement("org", "agreements", AgreementLine)
_sign = Statement("org", "sign_agreement", _Span)
_lock = Statement("org", "lock_agreement", _Span)
_end = Statement("org", "end_agreement", _Span)


def agreements(*, by: Actor) -> list[AgreementLine]:
    """
    Every store with its agreements, the newest first.

    :raises NotAllowed: may not sign agreements.
    """
    by.require(Permission.ORG_AGREEMENT_SIGN)
    return _lines.all()


def runs(*, store_id: int, today: date) -> bool:
    """Whether an agreement of this store runs today."""
    return any(line.store_id == store_id and line.state(today) in {"live", "ending"} for line in _lines.all())


def sign(*, by: Actor, store_id: int, signed_on: date, expires_on: date, why: str, now: datetime) -> int:
    """
    Writes down a signed agreement; in force from its first day. Its number.

    :raises BadSpan: see there.
    :raises NoReason: not said why.
    :raises NotFound: no such store, or a closed one.
    """
    by.require(Permission.ORG_AGREEMENT_SIGN)
    _check(why)
    if not signed_on <= expires_on <= signed_on + timedelta(days=LONGEST_DAYS) or expires_on < day_of(now):
        raise BadSpan
    with transaction.atomic():
        made = _sign.one(store_id=store_id, signed_on=signed_on, expires_on=expires_on)
        if made is None:
            raise NotFound
        changing.note_change(
            by=by,
            action="org.agreement.sign",
            thing=f"store {store_id} agreement {made.agreement_id}",
            before=None,
            after=_span(made),
            why=why.strip(),
            now=now,
        )
    return made.agreement_id


def end(*, by: Actor, agreement_id: int, why: str, now: datetime) -> None:
    """
    Ends an agreement at once: yesterday becomes its last day, so that the store's next read is denied.

    :raises NotFound: no such agreement.
    :raises Ended: it has run out.
    :raises NoReason: not said why.
    """
    by.require(Permission.ORG_AGREEMENT_SIGN)
    _check(why)
    with transaction.atomic():
        before = _lock.one(agreement_id=agreement_id)
        if before is None:
            raise NotFound
        after = _end.one(agreement_id=agreement_id, today=day_of(now))
        if after is None:
            raise Ended
        changing.note_change(
            by=by,
            action="org.agreement.end",
            thing=f"store {before.store_id} agreement {agreement_id}",
            before=_span(before),
            after=_span(after),
            why=why.strip(),
            now=now,
        )


def _check(why: str) -> None:
    if not why.strip():
        raise NoReason


def _span(given: _Span) -> dict[str, str]:
    return {"signed_on": given.signed_on.isoformat(), "expires_on": given.expires_on.isoformat()}
