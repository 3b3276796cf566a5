"""
The "no" (拒绝联系): it belongs to a number, holds for ever and everywhere, and staff can only add to it.

A "no" and an import of the same number may run at the same moment, each blind to what the other has not committed. So
both take locks first: a "no" takes its number's bucket for itself, an import takes all buckets in common with other
imports. Whichever comes second sees what the first has done.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

LOCK_SPACE, BUCKETS = 7_100, 64


class OnlyThePerson(Refusal):
    """Nobody but the person lifts a "no": with a code sent to that number and a fresh consent, in the portal."""

    code = "consent.only_the_person"
    message = _("只有本人能解除：请本人在“我的数据”用发到该号码的验证码登录后解除。")
    message_en = "only the person can lift it: in the portal, with a code sent to that number"
    status = 403


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A number that said no."""

    number_hash: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class _Locked:
    waited: bool


_suppress = Command("consent", "suppress")
_suppressed = Statement("consent", "suppressed", Suppressed)
_suppress_all = Statement("consent", "suppress_all", Suppressed)
_lock = Statement("consent", "lock_number", _Locked)
_lock_all = Statement("consent", "lock_all_numbers", _Locked)


def lock_numbers(number_hashes: Sequence[bytes]) -> None:
    """For recording a "no": first thing in its transaction."""
    _lock.all(space=LOCK_SPACE, buckets=[each[0] % BUCKETS for each in number_hashes])


def lock_all_numbers() -> None:
    """For bringing people in: before looking up who said no, in the transaction that makes them claimable."""
    _lock_all.all(space=LOCK_SPACE, buckets=BUCKETS)


def suppress(
    *, number_hashes: Sequence[bytes], origin: str, reason: str, now: datetime, staff_id: int = 0, store_id: int | None = None
) -> bool:
    """
    Adds a "no" under each of a number's hashes; True when it is new.

    `origin` names where it was said; the same origin adds it once, so that reading the same workbook again changes nothing
    and cannot undo a later lifting.
    """
    added = _suppress.run(
        number_hashes=list(number_hashes), origin=origin, reason=reason, now=now, staff_id=staff_id, store_id=store_id
    )
    return added > 0


def suppress_all(
    *, noes: Sequence[tuple[bytes, str, str]], now: datetime, staff_id: int, store_id: int | None
) -> dict[bytes, str]:
    """Adds many: (hash, origin, reason), all hashes of every number, locked before. Gives the new ones with their reasons."""
    rows = _suppress_all.all(
        number_hashes=[number_hash for number_hash, _, _ in noes],
        origins=[origin for _, origin, _ in noes],
        reasons=[reason for _, _, reason in noes],
        now=now,
        staff_id=staff_id,
        store_id=store_id,
    )
    return {bytes(row.number_hash): row.reason for row in rows}


def suppressed(number_hashes: Sequence[bytes]) -> dict[bytes, str]:
    """Which of these hashes said no, with the reason recorded."""
    return {bytes(row.number_hash): row.reason for row in _suppressed.all(number_hashes=list(number_hashes))}


def fresh_origin(by: Actor) -> str:
    """Where a "no" was said to somebody, once: it names nobody, so that the hash is tied to no record after an erasure."""
    return f"{by.role.value} {secrets.token_hex(12)}"


def origin_in_workbook(*, store_code: str, label: str, number_hashes: Sequence[bytes]) -> str:
    """
    The same for a row of a workbook, the same again whenever the file comes again; the row's label can't be read from it.

    Of a number's hashes the oldest key's counts, the last: keys are only ever added.
    """
    digest = hashlib.sha256(bytes(number_hashes[-1]) + label.encode()).hexdigest()
    return f"import {store_code} {digest[:32]}"


def refuse_lift(
    *, by: Actor, way: str, now: datetime, city_id: int | None = None, member_ids: Sequence[int] = ()
) -> OnlyThePerson:
    """
    Records that somebody who is not the person tried to lift a "no", by this way; one trace with all whom it was about.

    Gives the refusal; whoever asked for nothing but the lifting raises it.
    """
    recording.record(
        by=by,
        action="suppression.lift",
        purpose="suppression",
        city_id=city_id,
        member_ids=member_ids,
        fields=["number_hash"],
        reason=f"only_the_person {way}",
        denied=True,
        now=now,
    )
    return OnlyThePerson()
