"""
Reporting a suspicion (举报): one press opens a case for the fraud desk, or joins the one that is open about the same person.

Nothing else stops: no pool, no holding, no contact changes. The reporter is protected. Who reported goes into columns that no
process which serves may read; a report leaves no trace of its own, because a trace would name its maker at that second; its
times are full hours, and its words are sealed under a number that is nobody's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.kernel.clock import hour_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.safety.kinds import Kind
from hongxian.vault import grounds, words

FIELD, PURPOSE = "report_text", "safety"
LONGEST = words.LONGEST
READS_FOR = timedelta(days=90)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor


class CannotReport(Refusal):
    """Nothing was written."""

    status = 422


class UnknownKind(CannotReport):
    """A suspicion has one of the kinds on the list."""

    code = "safety.unknown_kind"
    message = _("请选择可疑的情况。")


class TooLong(CannotReport):
    """A report is a few sentences."""

    code = "safety.too_long"
    message = _("最多 2000 字。")


@dataclass(frozen=True, slots=True)
class _Joined:
    case_id: int
    taken_by: int | None


@dataclass(frozen=True, slots=True)
class _Unplaced:
    report_id: int
    about: str
    staff_id: int | None
    kind: str
    at: datetime
    subject: int
    words: bytes | None
    kek_id: int | None
    wrapped: bytes | None


@dataclass(frozen=True, slots=True)
class _Id:
    report_id: int


_of_member = Statement("safety", "join_case_of_member", _Joined)
_of_staff = Statement("safety", "join_case_of_staff", _Joined)
_of_other = Statement("safety", "open_case", _Joined)
_add = Command("safety", "add_report")
_unplaced = Statement("safety", "unplaced_report", _Unplaced)
_place = Command("safety", "place_report")
_left_over = Statement("safety", "unplaced_reports", _Id)


def check(*, kind: str, text: str) -> None:
    """
    :raises UnknownKind: not on the list.
    :raises TooLong: more than a few sentences.
    """
    if kind not in Kind.values:
        raise UnknownKind
    if len(text.strip()) > LONGEST:
        raise TooLong


def report_member(*, by: Actor, city_id: int, member_id: int, kind: str, text: str, now: datetime) -> None:
    """
    Somebody who works here reports a member; the caller has decided that they may know of this member.

    :raises NotAllowed: the role reports nothing.
    :raises UnknownKind: not on the list.
    :raises TooLong: more than a few sentences.
    """
    by.require(Permission.SAFETY_SUSPICION_REPORT)
    check(kind=kind, text=text)
    hour, subject = hour_of(now), words.nobodys_subject()
    with transaction.atomic():
        joined = _join(
            city_id=city_id, about="member", member_id=member_id, staff_id=None, kind=kind, hour=hour, now=now, subjects=[subject]
        )
        _add.run(
            city_id=city_id,
            case_id=joined.case_id,
            about="member",
            member_id=member_id,
            staff_id=None,
            kind=kind,
            hour=hour,
            subject=subject,
            reporter_kind="staff",
            reporter_id=by.staff_id,
        )
        if text.strip():
            words.put(city_id=city_id, subject=subject, field=FIELD, text=text, now=hour)


def place(*, city_id: int, report_id: int, now: datetime) -> bool:
    """
    The worker's part of a report that came through the portal: finds or opens its case, and puts its words into the vault.

    False when that was done before.
    """
    with transaction.atomic():
        found = _unplaced.one(city_id=city_id, report_id=report_id)
        if found is None:
            return False
        joined = _join(
            city_id=city_id,
            about=found.about,
            member_id=None,
            staff_id=found.staff_id,
            kind=found.kind,
            hour=found.at,
            now=now,
            subjects=[found.subject],
        )
        if found.words is not None and found.wrapped is not None and found.kek_id is not None:
            words.put_sealed(
                city_id=city_id,
                subject=found.subject,
                field=FIELD,
                body=bytes(found.words),
                kek_id=found.kek_id,
                wrapped=bytes(found.wrapped),
                now=found.at,
            )
        _place.run(city_id=city_id, report_id=report_id, case_id=joined.case_id)
    return True


def place_left_over(*, by: Actor, now: datetime) -> int:
    """Reports of a city whose job was lost; how many."""
    return sum(place(city_id=by.city_id, report_id=row.report_id, now=now) for row in _left_over.all(city_id=by.city_id))


def _join(
    *,
    city_id: int,
    about: str,
    member_id: int | None,
    staff_id: int | None,
    kind: str,
    hour: datetime,
    now: datetime,
    subjects: Sequence[int],
) -> _Joined:
    facts = {"city_id": city_id, "kind": kind, "hour": hour, "subject": words.nobodys_subject()}
    if about == "member":
        joined = _of_member.one(**facts, member_id=member_id)
    elif about == "staff":
        joined = _of_staff.one(**facts, staff_id=staff_id)
    else:
        joined = _of_other.one(**facts)
    if joined is None:  # INSERT … RETURNING gives a row or raises
        message = "the case gave no number back"
        raise RuntimeError(message)
    if joined.taken_by is not None:  # who is looking at it reads what comes in meanwhile
        grounds.let_read(city_id=city_id, subjects=subjects, staff_id=joined.taken_by, until=now + READS_FOR)
    return joined
