"""
A complaint (投诉). The store that it is about may read it and comment; only the privacy officer can close it, with an answer, and the
person can open it again. After ten days it goes up to headquarters by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.actor import COMPANY
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.rights.kinds import About, What
from hongxian.rights.requesting import UnknownChoice, check_words, event
from hongxian.vault import words

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

ESCALATES_AFTER_DAYS = 10
FIELD = "complaint_text"
LONGEST_ALIAS = 40
PURPOSES = {Role.STORE_MANAGER: "rights.complaint", Role.MEMBER: "rights"}


class NotOpen(Refusal):
    """The complaint has its answer; nothing was added."""

    code = "rights.complaint_not_open"
    message = _("这项投诉已经答复结案，现在没有打开。")


class NotClosed(Refusal):
    """Only what was closed can be opened again."""

    code = "rights.complaint_not_closed"
    message = _("这项投诉还在办理，不需要重新打开。")


@dataclass(frozen=True, slots=True)
class Ref:
    """Names one complaint."""

    city_id: int
    complaint_id: int


@dataclass(frozen=True, slots=True)
class _Made:
    complaint_id: int


@dataclass(frozen=True, slots=True)
class _Locked:
    complaint_id: int
    member_id: int | None
    number_hash: bytes | None
    store_id: int | None
    open: bool


_open = Statement("rights", "open_complaint", _Made)
_lock = Statement("rights", "lock_complaint", _Locked)
_comment = Command("rights", "add_event")
_close = Command("rights", "close_complaint")
_reopen = Command("rights", "reopen_complaint")


def purpose_of(by: Actor) -> str:
    """For which purpose this person deals with complaints."""
    return PURPOSES.get(by.role, "rights.request")


def open_complaint(  # noqa: PLR0913 - what a complaint is about
    *,
    by: Actor,
    city_id: int,
    member_id: int | None,
    number_hash: bytes | None,
    about: str,
    text: str,
    now: datetime,
    store_id: int | None = None,
    staff_alias: str = "",
) -> Ref:
    """
    A complaint of a member, or of whoever has this number and no record (`member_id` None; it then lies in city 0).

    :raises UnknownChoice: no such thing to complain about.
    :raises EmptyWords: nothing said.
    :raises NotAllowed: neither the person nor the privacy office.
    """
    if by.role != Role.MEMBER:
        by.require(Permission.RIGHTS_COMPLAINT_HANDLE)
    if about not in About.values:
        raise UnknownChoice
    check_words(text)
    city_id = COMPANY if member_id is None else city_id
    subject = words.subject_of(member_id=member_id, number_hash=number_hash)
    with transaction.atomic():
        made = _open.one(
            city_id=city_id,
            member_id=member_id,
            number_hash=None if member_id is not None else number_hash,
            about=about,
            store_id=store_id,
            staff_alias=staff_alias.strip()[:LONGEST_ALIAS],
            now=now,
            words_id=words.add(by=by, city_id=city_id, subject=subject, field=FIELD, text=text, now=now, store_id=store_id),
            **event(by, "complaint", What.OPENED),
        )
        if made is None:  # INSERT … RETURNING gives a row or raises
            raise RuntimeError
        _record(by=by, action="complaint.open", city_id=city_id, subject=subject, now=now)
    return Ref(city_id, made.complaint_id)


def comment(*, by: Actor, city_id: int, complaint_id: int, text: str, now: datetime) -> None:
    """
    The store's side of it, or the privacy office's interim word; the person reads either.

    :raises NotFound: no such complaint, or it is not about the acting manager's store.
    :raises NotOpen: it has its answer.
    :raises EmptyWords: nothing said.
    """
    by.require(Permission.RIGHTS_COMPLAINT_COMMENT)
    check_words(text)
    with transaction.atomic():
        known = _held(by=by, city_id=city_id, complaint_id=complaint_id)
        if not known.open:
            raise NotOpen
        what = What.COMMENTED if by.role == Role.STORE_MANAGER else What.NOTED
        _comment.run(
            city_id=city_id,
            thing_id=complaint_id,
            now=now,
            words_id=_add(by, city_id, known, text, now),
            **event(by, "complaint", what),
        )
        _record(by=by, action="complaint.comment", city_id=city_id, subject=_subject(known), now=now)


def close(*, by: Actor, city_id: int, complaint_id: int, text: str, now: datetime) -> None:
    """
    Answers a complaint and closes it; the person may open it again. A store that tries is refused, and the try is on record.

    :raises NotAllowed: not the privacy officer.
    :raises NotFound: no such complaint.
    :raises NotOpen: it is closed.
    :raises EmptyWords: nothing said.
    """
    if not by.may(Permission.RIGHTS_COMPLAINT_HANDLE):
        _record_denied(by=by, city_id=city_id, complaint_id=complaint_id, now=now)
        raise NotAllowed(by.reason_against(Permission.RIGHTS_COMPLAINT_HANDLE) or "role")
    check_words(text)
    with transaction.atomic():
        known = _held(by=by, city_id=city_id, complaint_id=complaint_id)
        if not known.open:
            raise NotOpen
        _close.run(
            city_id=city_id,
            thing_id=complaint_id,
            role=by.role.value,
            now=now,
            words_id=_add(by, city_id, known, text, now),
            **event(by, "complaint", What.ANSWERED),
        )
        _record(by=by, action="complaint.close", city_id=city_id, subject=_subject(known), now=now)


def reopen(*, by: Actor, city_id: int, complaint_id: int, text: str, now: datetime) -> None:
    """
    The person is not content, and says why; the clock starts anew. Staff may write it down for them.

    :raises NotFound: no such complaint.
    :raises NotClosed: it is open.
    :raises EmptyWords: nothing said.
    """
    if by.role != Role.MEMBER:
        by.require(Permission.RIGHTS_COMPLAINT_HANDLE)
    check_words(text)
    with transaction.atomic():
        known = _held(by=by, city_id=city_id, complaint_id=complaint_id)
        if known.open:
            raise NotClosed
        words_id = _add(by, city_id, known, text, now)
        _reopen.run(city_id=city_id, thing_id=complaint_id, now=now, words_id=words_id, **event(by, "complaint", What.REOPENED))
        _record(by=by, action="complaint.reopen", city_id=city_id, subject=_subject(known), now=now)


def _held(*, by: Actor, city_id: int, complaint_id: int) -> _Locked:
    """Takes the complaint's row; for a store only where it is about that store."""
    known = _lock.one(city_id=city_id, thing_id=complaint_id)
    if known is None or (by.role == Role.STORE_MANAGER and (by.store_id is None or known.store_id != by.store_id)):
        raise NotFound
    return known


def _add(by: Actor, city_id: int, known: _Locked, text: str, now: datetime) -> int:
    return words.add(by=by, city_id=city_id, subject=_subject(known), field=FIELD, text=text, now=now, store_id=known.store_id)


def _subject(known: _Locked) -> int:
    return words.subject_of(member_id=known.member_id, number_hash=known.number_hash)


def _record(*, by: Actor, action: str, city_id: int, subject: int, now: datetime) -> None:
    recording.record(
        by=by,
        action=action,
        purpose=purpose_of(by),
        ground="self" if by.role == Role.MEMBER else "complaint" if by.role == Role.STORE_MANAGER else "request",
        city_id=city_id,
        member_ids=[subject],
        now=now,
    )


def _record_denied(*, by: Actor, city_id: int, complaint_id: int, now: datetime) -> None:
    with transaction.atomic():
        known = _lock.one(city_id=city_id, thing_id=complaint_id)
    recording.record(
        by=by,
        action="complaint.close",
        purpose=purpose_of(by),
        city_id=city_id,
        member_ids=[_subject(known)] if known else [],
        reason=by.reason_against(Permission.RIGHTS_COMPLAINT_HANDLE) or "role",
        denied=True,
        now=now,
    )
