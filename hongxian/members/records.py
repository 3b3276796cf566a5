"""What other contexts may do to a member's record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person's record is."""

    city_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class Hashes:
    """A member's number, hashed under every key known when it came in."""

    number_hashes: list[bytes]
    store_id: int
    state: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """What must be known of a member before they are erased."""

    number_hashes: list[bytes]
    state: str
    person_id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Locked:
    """A member's row, held until the transaction ends."""

    member_id: int
    suppressed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stands: what may happen with it at all."""

    member_id: int
    state: str
    birth_year: int | None
    suppressed: bool
    store_id: int


_lock = Statement("members", "lock", Locked)
_mark = Command("members", "mark_suppressed")
_unmark = Command("members", "unmark_suppressed")
_note_contact = Command("members", "note_contact")
_home = Statement("members", "home_of", Home)
_hashes = Statement("members", "hashes_of", Hashes)
_set_consents = Command("members", "set_consents")
_erase = Command("members", "erase")
_leaving = Statement("members", "leaving", Leaving)
_standing = Statement("members", "standing", Standing)
_set_state = Command("members", "set_state")


def lock(*, city_id: int, member_id: int) -> Locked | None:
    """Takes the member's row until the transaction ends; None where no such member is."""
    return _lock.one(city_id=city_id, member_id=member_id)


def mark_suppressed(*, city_id: int, member_id: int, now: datetime) -> None:
    """Part of recording a "no"."""
    _mark.run(city_id=city_id, member_id=member_id, now=now)


def unmark_suppressed(*, city_id: int, member_id: int) -> None:
    """Part of lifting a "no"; only the person can, see portal/stopping.py."""
    _unmark.run(city_id=city_id, member_id=member_id)


def note_contact(*, city_id: int, member_id: int, intends: bool, now: datetime) -> None:
    """Counts a contact."""
    _note_contact.run(city_id=city_id, member_id=member_id, intends=intends, now=now)


def home_of(number_hashes: Sequence[bytes]) -> Home | None:
    """The one record of the person with this number, in whichever city."""
    return _home.one(number_hashes=list(number_hashes))


def hashes_of(*, city_id: int, member_id: int) -> Hashes | None:
    """The hashes of a member's number; empty once erased."""
    return _hashes.one(city_id=city_id, member_id=member_id)


def set_consents(*, city_id: int, member_id: int, contact_until: date | None, profiling_off: bool) -> bool:
    """Follows what the person said; False where no such member is, or is erased."""
    touched = _set_consents.run(city_id=city_id, member_id=member_id, contact_until=contact_until, profiling_off=profiling_off)
    return touched > 0


def leaving(*, city_id: int, member_id: int) -> Leaving | None:
    """None where no such member is."""
    return _leaving.one(city_id=city_id, member_id=member_id)


def erase(*, city_id: int, member_id: int) -> None:
    """Empties a record. The vault shreds the sealed part; suppression stays."""
    _erase.run(city_id=city_id, member_id=member_id)


def standing(*, city_id: int, member_id: int) -> Standing | None:
    """How a record stands; None where no such member is."""
    return _standing.one(city_id=city_id, member_id=member_id)


def set_state(*, city_id: int, member_id: int, state: str, birth_year: int | None = None) -> bool:
    """Whether there was a record to change. The caller holds it (consent/ordering.py) and takes it out of pools and hands."""
    return _set_state.run(city_id=city_id, member_id=member_id, state=state, birth_year=birth_year) > 0


def resource_no(city_code: str, member_id: int) -> str:
    """资源编号: names a record, says nothing about a person."""
    return f"{city_code}{member_id:09d}"
