"""
The "no" (拒绝联系): it belongs to a number, holds for ever and everywhere, and staff can only add to it.

A "no" and an import of the same number may run at the same moment, each blind to what the other has not committed. So
both take locks first: a "no" takes its number's bucket for itself, an import takes all buckets in common with other
imports. Whichever comes second sees what the first has done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

LOCK_SPACE, BUCKETS = 7_100, 64


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
