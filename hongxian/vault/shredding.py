"""Erasure is shredding: the wrapped keys go, and with them every copy of what they opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.kernel.actor import COMPANY
from hongxian.kernel.sql import Command
from hongxian.vault import words

if TYPE_CHECKING:
    from collections.abc import Sequence

_shred = Command("vault", "shred")
_codes = Command("vault", "shred_codes")
_visits = Command("vault", "shred_visits")


def shred(*, city_id: int, member_id: int) -> None:
    """Destroys a member's data keys, sealed fields and grounds, in the surrounding transaction."""
    _shred.run(city_id=city_id, member_id=member_id)


def forget_numbers(*, city_id: int, member_id: int, number_hashes: Sequence[bytes]) -> None:
    """What hangs on the person's number: codes, visits, and words from before there was a record."""
    for each in number_hashes:
        shred(city_id=COMPANY, member_id=words.subject_of(member_id=None, number_hash=each))
    _codes.run(number_hashes=list(number_hashes))
    _visits.run(city_id=city_id, member_id=member_id, number_hashes=list(number_hashes))
