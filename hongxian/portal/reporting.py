"""
The visitor reports a suspicion: about somebody who works at their store, or about somebody they met.

It goes in through a window that shows nothing of it again but that it was; the worker finds its case. No trace is written: it
would say who reported, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.utils.translation import gettext_lazy as _

from hongxian import reactions
from hongxian.kernel.clock import hour_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.portal import own, stopping
from hongxian.safety import reporting
from hongxian.vault import words

if TYPE_CHECKING:
    from hongxian.portal.door import Visit

MOST_A_DAY = 5


class TooMany(Refusal):
    """Five a day."""

    code = "portal.too_many_reports"
    message = _("今天已经提交了 5 次举报，请明天再试；情况紧急请直接报警。")
    status = 429


class WhatHappened(Refusal):
    """About somebody who is no record here, words are all there is."""

    code = "portal.what_happened"
    message = _("请写下是谁、发生了什么。")
    status = 422


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the visitor's store, as members know them."""

    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class _Count:
    reports: int


@dataclass(frozen=True, slots=True)
class _Made:
    report_id: int


_known = Statement("portal", "own_stores_staff", Known)
_lately = Statement("portal", "reports_lately", _Count)
_add = Statement("portal", "add_report", _Made)


def known_staff(*, visit: Visit) -> list[Known]:
    """Whom the visitor may name."""
    with own.visiting(visit.token):
        return _known.all()


def report(*, visit: Visit, staff_id: int | None, kind: str, text: str, now: datetime) -> None:
    """
    Hands a suspicion in.

    :raises safety.reporting.CannotReport: no such kind, or too many words.
    :raises WhatHappened: about somebody else, without a word.
    :raises NotFound: not somebody of the visitor's store; or nobody knows the visitor.
    :raises TooMany: more than five a day.
    """
    reporting.check(kind=kind, text=text)
    if staff_id is None and not text.strip():
        raise WhatHappened
    if visit.city_id is None or visit.member_id is None:
        raise NotFound
    subject = words.nobodys_subject()
    sealed = words.seal(subject=subject, field=reporting.FIELD, text=text) if text.strip() else None
    with own.visiting(visit.token):
        if staff_id is not None and staff_id not in {each.staff_id for each in _known.all()}:
            raise NotFound
        stopping.hold(visit)
        lately = _lately.one(since=now - timedelta(days=1))
        if lately is None or lately.reports >= MOST_A_DAY:
            raise TooMany
        made = _add.one(
            city_id=visit.city_id,
            member_id=visit.member_id,
            about="other" if staff_id is None else "staff",
            staff_id=staff_id,
            kind=kind,
            hour=hour_of(now),
            subject=subject,
            words=sealed.fields[reporting.FIELD] if sealed else None,
            kek_id=sealed.kek_id if sealed else None,
            wrapped=sealed.wrapped if sealed else None,
        )
        if made is None:  # INSERT … RETURNING gives a row or raises
            raise NotFound
        reactions.place_report.defer(city_id=visit.city_id, report_id=made.report_id)
