"""A yes that comes in with a workbook or a registration: receipts by the thousand, each once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hongxian.consent.purposes import catalogue
from hongxian.consent.receipts import COVERED_BY_IMPORT, VALID_FOR
from hongxian.kernel.copying import Copy
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

DECIDES_CONTACT, DECIDES_GRADING = "outreach.call", "pool.grading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One yes: when it was given, what proves it, where it was read, and what it covers."""

    member_id: int
    given_on: date
    evidence: str
    origin: str
    purposes: tuple[str, ...] = COVERED_BY_IMPORT


@dataclass(frozen=True, slots=True)
class _Of:
    member_id: int


@dataclass(frozen=True, slots=True)
class _Off:
    off: bool


@dataclass(frozen=True, slots=True)
class _Until:
    member_id: int
    until: date


_receipts = Copy(
    "consent_receipt",
    {
        "city_id": "int4",
        "member_id": "int8",
        "purpose": "text",
        "given_on": "date",
        "valid_until": "date",
        "evidence": "text",
        "notice_hash": "text",
        "origin": "text",
        "recorded_at": "timestamptz",
    },
)
_add = Statement("consent", "add_receipts", _Of)
_off = Statement("consent", "grading_is_off", _Off)
_until = Statement("consent", "contact_until", _Until)


def give_first(*, city_id: int, given: Sequence[Given], now: datetime) -> None:
    """Receipts of members who were made in this transaction and have none yet; the same yes from one origin counts once."""
    once = {(each.member_id, purpose, each.given_on, each.origin): each for each in given for purpose in each.purposes}
    hashes = _notices({purpose for _member, purpose, _day, _origin in once})
    _receipts.run(
        (
            city_id,
            each.member_id,
            purpose,
            each.given_on,
            each.given_on + VALID_FOR,
            each.evidence,
            hashes[purpose],
            each.origin,
            now,
        )
        for (_member, purpose, _day, _origin), each in once.items()
    )


def give(*, city_id: int, given: Sequence[Given], now: datetime) -> frozenset[int]:
    """
    Receipts of known members; those who gained one.

    What was recorded before from the same origin is left as it is. A yes of before a withdrawal does not come back.
    """
    gained: set[int] = set()
    for purposes in dict.fromkeys(each.purposes for each in given):
        some, hashes = [each for each in given if each.purposes == purposes], _notices(purposes)
        rows = _add.all(
            city_id=city_id,
            member_ids=[each.member_id for each in some],
            given_on=[each.given_on for each in some],
            evidence=[each.evidence for each in some],
            origins=[each.origin for each in some],
            purposes=list(hashes),
            notice_hashes=list(hashes.values()),
            valid_days=VALID_FOR.days,
            now=now,
        )
        gained |= {row.member_id for row in rows}
    return frozenset(gained)


def contact_until(*, city_id: int, member_ids: Sequence[int], today: date) -> dict[int, date]:
    """The last day on which each of these members may be called, for those who may be called today."""
    rows = _until.all(
        city_id=city_id,
        member_ids=list(member_ids),
        purpose=DECIDES_CONTACT,
        notice_hash=catalogue().purposes[DECIDES_CONTACT].notice_hash,
        today=today,
    )
    return {row.member_id: row.until for row in rows}


def grading_is_off(*, city_id: int, member_id: int) -> bool:
    """Whether the person's last word on being graded was to switch it off."""
    row = _off.one(city_id=city_id, member_id=member_id, purpose=DECIDES_GRADING)
    return row is not None and row.off


def until(given: Sequence[date], *, today: date) -> date | None:
    """The same for somebody who has just come in, from the days on which they said yes."""
    running = [day + VALID_FOR for day in given if day <= today <= day + VALID_FOR]
    return max(running, default=None)


def _notices(purposes: Iterable[str]) -> dict[str, str]:
    return {name: catalogue().purposes[name].notice_hash for name in purposes}
