"""
Assessments (影响评估): what a purpose may do at all, on top of the catalogue.

A purpose goes only as far as its newest signed assessment says: those fields, those roles, until that day. Without one,
or once it has run out or was taken back, nothing is served for the purpose. A field that was added to the catalogue since
stays hidden until an assessment names it; the rest goes on. What the person sees of themselves (ground `self`) needs none:
a right does not wait for the company's paper.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from hongxian.kernel.actor import Actor

# What only moves a member, without showing anything, may trust an answer for so long (seconds).
TRUSTED_FOR = 2.0


class PurposeStopped(Refusal):
    """The purpose is not in use: not live, or without an assessment that counts today. `reason` says which."""

    code = "purpose_not_assessed"
    message = _("此用途没有有效的影响评估，已暂停使用；请联系隐私专员。")
    status = 403

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Covered:
    purpose: str
    fields: list[str]
    roles: list[str]


_assessed = Statement("consent", "assessed", _Covered)
_trusted: list[tuple[float, date, list[_Covered]]] = []


def within(*, by: Actor, action: str, purpose: str, fields: Sequence[str], now: datetime) -> tuple[str, ...]:
    """
    Which of these fields a list may show for this purpose today, in their order. For pages of many members.

    A try that is turned away is traced.

    :raises PurposeStopped: nothing may be shown for this purpose, or not to this role.
    """
    covered = _assessed.all(today=day_of(now))
    return _answer(covered, by=by, action=action, purpose=purpose, fields=fields, now=now)


def in_use(*, purpose: str, today: date) -> bool:
    """Whether a purpose is live and assessed; for what the company's programs do by themselves."""
    return catalogue().purpose(purpose) is not None and any(each.purpose == purpose for each in _assessed.all(today=today))


def require(*, by: Actor, action: str, purpose: str, now: datetime) -> None:
    """
    The same for what shows no field: asks the database at most every two seconds.

    :raises PurposeStopped: see `within`.
    """
    today = day_of(now)
    fresh = [covered for at, day, covered in _trusted if day == today and time.monotonic() - at < TRUSTED_FOR]
    if not fresh:
        fresh = [_assessed.all(today=today)]
        _trusted[:] = [(time.monotonic(), today, fresh[0])]
    _answer(fresh[0], by=by, action=action, purpose=purpose, fields=(), now=now)


def forget() -> None:
    """Drops what `require` trusts; for whoever has just changed an assessment in this process."""
    _trusted.clear()


def _answer(
    covered: Collection[_Covered], *, by: Actor, action: str, purpose: str, fields: Sequence[str], now: datetime
) -> tuple[str, ...]:
    try:
        return _fields(covered, by=by, purpose=purpose, fields=fields)
    except PurposeStopped as stopped:
        recording.record(by=by, action=action, purpose=purpose, reason=stopped.reason, denied=True, now=now)
        raise


def _fields(covered: Collection[_Covered], *, by: Actor, purpose: str, fields: Sequence[str]) -> tuple[str, ...]:
    known = catalogue().purpose(purpose)
    if known is None:
        raise PurposeStopped("purpose_not_live")
    found = next((each for each in covered if each.purpose == purpose), None)
    if found is None:
        raise PurposeStopped("purpose_not_assessed")
    if by.role.value not in known.roles or by.role.value not in found.roles:
        raise PurposeStopped("role_outside_purpose")
    return tuple(field for field in fields if field in known.fields and field in found.fields)
