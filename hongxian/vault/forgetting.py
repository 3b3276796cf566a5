"""Forgetting (到期删除): what the vault holds no longer than its purpose says. Nothing is opened on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_permits = Command("vault", "forget_permits")
_permits_of_erased = Command("vault", "forget_permits_of_erased")
_notes = Command("vault", "forget_notes")
_words = Command("vault", "forget_words")
_codes = Command("vault", "forget_codes")
_visits = Command("vault", "forget_visits")
_texts = Command("vault", "forget_texts")
_pushes = Command("vault", "forget_pushes")


def forget_permits(*, city_id: int, purpose: str, before: datetime) -> int:
    """Permits of a channel; how many. Lifetime counts stand in the record."""
    return _permits.run(city_id=city_id, purpose=purpose, before=before)


def forget_permits_of_erased(*, city_id: int, before: datetime) -> int:
    """Permits of members who were erased; how many."""
    return _permits_of_erased.run(city_id=city_id, before=before)


def forget_notes(*, city_id: int, before: datetime) -> int:
    """Notes written by hand, with their keys; how many."""
    return _notes.run(city_id=city_id, before=before)


def forget_words(*, city_id: int, envelope_ids: Sequence[int]) -> int:
    """Words of requests and complaints, with their keys; how many."""
    return _words.run(city_id=city_id, envelope_ids=list(envelope_ids)) if envelope_ids else 0


def forget_codes(*, before: datetime) -> int:
    """Codes, the visits they opened and the texts that carried them; how many."""
    return _codes.run(before=before) + _visits.run(before=before) + _texts.run(before=before)


def forget_pushes(*, city_id: int, before: datetime, now: datetime) -> int:
    """What was pushed and is over, with its key, and lines of what was taken back long ago; how many."""
    return _pushes.run(city_id=city_id, before=before, now=now)
