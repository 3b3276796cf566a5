"""Members on their way in: which numbers are known, new records by the thousand, blanks that a later row fills."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from hongxian.kernel.copying import Copy, reserve
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """The coarse facets of a record; empty where nothing is known."""

    source: str = ""
    registered_on: date | None = None
    sex: str = ""
    birth_year: int | None = None
    height_cm: int | None = None
    education: str = ""
    income_band: str = ""
    marital: str = ""
    housing: str = ""
    car: str = ""
    home_city: str = ""
    district: str = ""
    occupation: str = ""
    intends: bool = False
    has_criteria: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A record to be made; its id was reserved before. Who isn't graded yet is C."""

    member_id: int
    number_hashes: list[bytes]
    origin: str
    traits: Traits
    contact_until: date | None
    suppressed: bool
    grade: str = "C"
    grade_score: int = 0
    grade_inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What a record says already."""

    member_id: int
    store_id: int
    origin: str
    state: str
    suppressed: bool
    contact_until: date | None
    source: str
    registered_on: date | None
    sex: str
    birth_year: int | None
    height_cm: int | None
    education: str
    income_band: str
    marital: str
    housing: str
    car: str
    home_city: str
    district: str
    occupation: str
    intends: bool
    has_criteria: bool
    corrected: list[str]  # by the person: blanks among these stay blank


@dataclass(frozen=True, slots=True)
class _NumberOf:
    number_hash: bytes
    city_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class _Taken:
    number_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a known record gains: facets for its blanks, and its last day of contact where that changed."""

    member_id: int
    traits: dict[str, Any] = field(default_factory=dict)
    contact_until: date | None = None


TRAITS = {
    "source": "text",
    "registered_on": "date",
    "sex": "text",
    "birth_year": "int2",
    "height_cm": "int2",
    "education": "text",
    "income_band": "text",
    "marital": "text",
    "housing": "text",
    "car": "text",
    "home_city": "text",
    "district": "text",
    "occupation": "text",
    "intends": "bool",
    "has_criteria": "bool",
}
_members = Copy(
    "members_member",
    {
        "city_id": "int4",
        "id": "int8",
        "person_id": "int8",
        "state": "text",
        "suppressed_at": "timestamptz",
        "number_hashes": "bytea[]",
        "store_id": "int8",
        "origin": "text",
        "created_at": "timestamptz",
        "grade": "text",
        "grade_score": "int2",
        "grade_inputs": "jsonb",
        "profiling_off": "bool",
        "contact_until": "date",
        "contacts": "int2",
        **TRAITS,
    },
)
_numbers_of = Statement("members", "numbers_of", _NumberOf)
_known = Statement("members", "known", Known)
_lock_all = Command("members", "lock_all")
_take_numbers = Statement("members", "take_numbers", _Taken)
_fill = Command("members", "fill_blanks")
_renew = Command("members", "renew")
_mark_all = Command("members", "mark_all_suppressed")


def numbers_of(number_hashes: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
    """City and member of each of these hashes that is known."""
    rows = _numbers_of.all(number_hashes=list(number_hashes))
    return {bytes(row.number_hash): (row.city_id, row.member_id) for row in rows}


def lock_all(*, city_id: int, member_ids: Sequence[int]) -> None:
    """Takes members' rows until the transaction ends, always in the order of their numbers."""
    _lock_all.run(city_id=city_id, member_ids=sorted(member_ids))


def known(*, city_id: int, member_ids: Sequence[int]) -> dict[int, Known]:
    """What these records say, by member."""
    return {row.member_id: row for row in _known.all(city_id=city_id, member_ids=list(member_ids))}


def reserve_ids(count: int) -> list[int]:
    """Numbers for new members."""
    return reserve("members_member_id_seq", count)


def take_numbers(*, city_id: int, members: Sequence[NewMember]) -> bool:
    """
    Claims the numbers of new members for them; False when somebody else has just claimed one.

    Waits for whoever is claiming the same number. After a False the transaction must be rolled back.
    """
    pairs = sorted((each, member.member_id) for member in members for each in member.number_hashes)
    taken = _take_numbers.all(
        city_id=city_id, number_hashes=[each for each, _ in pairs], member_ids=[member_id for _, member_id in pairs]
    )
    return len(taken) == len(pairs)


def add(*, city_id: int, store_id: int, members: Sequence[NewMember], now: datetime) -> None:
    """Makes the records; their numbers must have been taken in this transaction."""
    _members.run(
        (
            city_id,
            member.member_id,
            member.member_id,
            "live",
            now if member.suppressed else None,
            member.number_hashes,
            store_id,
            member.origin,
            now,
            member.grade,
            member.grade_score,
            member.grade_inputs,
            False,
            member.contact_until,
            0,
            *(getattr(member.traits, name) for name in TRAITS),
        )
        for member in members
    )


def change(*, city_id: int, changes: Sequence[Change]) -> None:
    """Fills blanks of known records, locked before; what is there already stays, whatever the changes say."""
    rows = [{"id": each.member_id, **each.traits, "contact_until": each.contact_until} for each in changes]
    _fill.run(city_id=city_id, rows=json.dumps(rows, default=str))


def renew(*, city_id: int, origin: str, told: Mapping[int, Mapping[str, Any]]) -> None:
    """
    Puts what is told now in the place of what was told before, for members whose record begins with this origin; what they
    corrected themselves stays. Of the facets only those that a partner may tell (sql/renew.sql).
    """
    rows = [{"id": member_id, "origin": origin, **facets} for member_id, facets in told.items()]
    _renew.run(city_id=city_id, rows=json.dumps(rows))


def mark_all_suppressed(*, city_id: int, member_ids: Sequence[int], now: datetime) -> None:
    """Part of recording many a "no" at once."""
    _mark_all.run(city_id=city_id, member_ids=list(member_ids), now=now)
