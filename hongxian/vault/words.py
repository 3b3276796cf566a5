"""
What a person writes to the privacy office, and is answered: sealed the moment it is written, shredded with the person.

Whoever has no record is named by a number below zero that is made of their number's keyed hash, in city 0.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.kernel.sql import Statement
from hongxian.vault.sealing import Sealed, Sealer

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

LONGEST = 2_000
_HASH_BYTES = 7  # 56 bits: fits a bigint with room for the sign


@dataclass(frozen=True, slots=True)
class _Added:
    envelope_id: int


_add = Statement("vault", "add_words", _Added)


def subject_of(*, member_id: int | None, number_hash: bytes | None) -> int:
    """The number that stands for a person in envelopes and traces."""
    if member_id is not None:
        return member_id
    if number_hash is None:
        message = "a person is a member or a number"
        raise ValueError(message)
    return -int.from_bytes(bytes(number_hash)[:_HASH_BYTES], "big") - 1


def seal(*, subject: int, field: str, text: str) -> Sealed:
    """At most 2,000 characters, ready to be stored; `field` is one of sealing.WORDS."""
    return Sealer(settings.HOME.keys).seal(subject, {field: text.strip()[:LONGEST]})


def nobodys_subject() -> int:
    """A number that stands for nobody, for words whose writer and whose object are to be protected; never met twice."""
    return -secrets.randbits(61) - 2**61


def put(*, city_id: int, subject: int, field: str, text: str, now: datetime) -> int:
    """Seals words and stores them as nobody's in particular, in the surrounding transaction; their envelope's number."""
    sealed = seal(subject=subject, field=field, text=text)
    return put_sealed(
        city_id=city_id,
        subject=subject,
        field=field,
        body=sealed.fields[field],
        kek_id=sealed.kek_id,
        wrapped=sealed.wrapped,
        now=now,
    )


def put_sealed(*, city_id: int, subject: int, field: str, body: bytes, kek_id: int, wrapped: bytes, now: datetime) -> int:
    """The same for words that were sealed before, elsewhere."""
    row = _add.one(
        city_id=city_id,
        subject=subject,
        field=field,
        words=body,
        staff_id=None,
        store_id=None,
        now=now,
        kek_id=kek_id,
        wrapped=wrapped,
    )
    if row is None:  # INSERT … RETURNING gives a row or raises
        message = "the words gave no number back"
        raise RuntimeError(message)
    return row.envelope_id


def add(*, by: Actor, city_id: int, subject: int, field: str, text: str, now: datetime, store_id: int | None = None) -> int:
    """Seals and stores words, in the surrounding transaction; their envelope's number. The caller has checked that there are any."""
    sealed = seal(subject=subject, field=field, text=text)
    row = _add.one(
        city_id=city_id,
        subject=subject,
        field=field,
        words=sealed.fields[field],
        staff_id=by.staff_id or None,
        store_id=store_id,
        now=now,
        kek_id=sealed.kek_id,
        wrapped=sealed.wrapped,
    )
    if row is None:  # INSERT … RETURNING gives a row or raises
        message = "the words gave no number back"
        raise RuntimeError(message)
    return row.envelope_id
