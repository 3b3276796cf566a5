"""Signing an assessment, and taking it back: the privacy officer's word on which a purpose stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.kernel.sql import AlreadyThere, Command, Statement, once

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from hongxian.consent.purposes import Purpose
    from hongxian.kernel.actor import Actor

SHORTEST, LONGEST = timedelta(days=1), timedelta(days=1096)
SHORTEST_TEXT = 10


class CannotSign(Refusal):
    """Nothing was signed."""

    status = 422


class TextMissing(CannotSign):
    """An assessment without necessity, risks or measures assesses nothing."""

    code = "consent.text_missing"
    message = _("请写明必要性、风险和保护措施，每项至少十个字。")


class WrongDay(CannotSign):
    """From tomorrow to three years from today."""

    code = "consent.wrong_day"
    message = _("有效期从明天起，最长三年。")


class NothingCovered(CannotSign):
    """Not one role, or a field that the purpose doesn't name."""

    code = "consent.nothing_covered"
    message = _("请勾选此用途目录里的资料和角色，角色至少一个。")


class TextChanged(CannotSign):
    """The catalogue changed between the form and its signature."""

    code = "consent.text_changed"
    message = _("用途目录刚刚改过，请重新核对后再签署。")
    status = 409


class NothingToEnd(Refusal):
    """No assessment counts today."""

    code = "consent.nothing_to_end"
    message = _("此用途没有有效的影响评估。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody is about to sign; `notice_hash` is that of the text which was assessed."""

    purpose: str
    notice_hash: str
    fields: Collection[str]
    roles: Collection[str]
    necessity: str
    risks: str
    measures: str
    until: date


@dataclass(frozen=True, slots=True)
class _Signed:
    id: int


_sign = Statement("consent", "sign_assessment", _Signed)
_end = Command("consent", "end_assessment")


def sign(*, by: Actor, draft: Draft, now: datetime) -> int:
    """
    Signs an assessment: from now on the only one of its purpose that counts. Gives its number.

    :raises NotAllowed: no privacy officer.
    :raises NotFound: the catalogue has no such purpose.
    :raises TextChanged: the catalogue has another text by now.
    :raises NothingCovered: no role, or something that the purpose does not name.
    :raises TextMissing: a text is missing or too short to say anything.
    :raises WrongDay: not between tomorrow and three years from today.
    """
    _require_person(by)
    known = catalogue().purposes.get(draft.purpose)
    if known is None:
        raise NotFound
    if draft.notice_hash != known.notice_hash:
        raise TextChanged
    _check_covered(draft, known)
    texts = {"necessity": draft.necessity.strip(), "risks": draft.risks.strip(), "measures": draft.measures.strip()}
    if any(len(text) < SHORTEST_TEXT for text in texts.values()):
        raise TextMissing
    today = day_of(now)
    if not today < draft.until <= today + LONGEST:
        raise WrongDay
    with transaction.atomic():
        [signed] = _sign.all(
            purpose=draft.purpose,
            notice_hash=draft.notice_hash,
            fields=sorted(draft.fields),
            roles=sorted(draft.roles),
            staff_id=by.staff_id,
            valid_until=draft.until,
            today=today,
            now=now,
            **texts,
        )
        recording.record(by=by, action="consent.assess", purpose="audit", reason=draft.purpose, now=now)
    assessing.forget()
    return signed.id


def _require_person(by: Actor) -> None:
    """A program may do what an assessment allows; it signs none."""
    by.require(Permission.CONSENT_ASSESSMENT_SIGN)
    if by.role != Role.PRIVACY_OFFICER:
        raise NotAllowed


def _check_covered(draft: Draft, known: Purpose) -> None:
    roles, fields = set(draft.roles), set(draft.fields)
    if not roles or not roles <= known.roles or not fields <= known.fields or (known.fields and not fields):
        raise NothingCovered


def take_back(*, by: Actor, purpose: str, reason: str, now: datetime) -> None:
    """
    Takes back the assessment of a purpose; the next read for it is denied.

    :raises NotAllowed: no privacy officer.
    :raises TextMissing: without a reason.
    :raises NothingToEnd: none counts today.
    """
    _require_person(by)
    if not reason.strip():
        raise TextMissing(_("请写明撤回的原因。"))
    with transaction.atomic():
        try:
            with once():
                ended = _end.run(purpose=purpose, reason=reason.strip(), staff_id=by.staff_id, today=day_of(now), now=now)
        except AlreadyThere:
            ended = 0
        if not ended:
            raise NothingToEnd
        recording.record(by=by, action="consent.end_assessment", purpose="audit", reason=purpose, now=now)
    assessing.forget()
