"""A store's own members: by resource number and coarse traits, with where each is and whether they may be contacted at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.consent.purposes import catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN, Label, without
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

PAGE = 50
FIELDS = ("resource_no", "sex", "birth_year", "height", "education", "district", "grade", "consent_state")
# What bars a contact comes first, then where somebody is. "none": free to be contacted, and in no pool and in nobody's hands.
PLACES = ("pool", "held", "resting", "no_consent", "suppressed", "barred", "erased", "none")


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member of the store; `place` is one of PLACES. `holder` is the alias of who holds them, also where that is no use."""

    city_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    place: Annotated[str, Label("consent_state")]
    sex: Annotated[str, Label("sex")]
    birth_year: Annotated[int | None, Label("birth_year")]
    height_cm: Annotated[int | None, Label("height")]
    education: Annotated[str, Label("education")]
    district: Annotated[str, Label("district")]
    grade: Annotated[str, Label("grade")]
    pool_kind: Annotated[str, PLAIN]
    holder: Annotated[str, PLAIN]
    held_until: Annotated[datetime | None, PLAIN]
    resting_until: Annotated[datetime | None, PLAIN]


@dataclass(frozen=True, slots=True)
class _Count:
    place: str
    members: int


_members = Statement("outreach", "library", MemberRow)
_of_place = Statement("outreach", "library_of_place", MemberRow)
_counts = Statement("outreach", "library_counts", _Count)


def store_members(*, by: Actor, place: str, below: int | None, now: datetime, most: int = PAGE) -> list[MemberRow]:
    """
    Up to `most` members of the acting manager's store with numbers under `below`, the newest first; one trace for the page.

    :raises NotAllowed: no store manager.
    :raises NotFound: there is no such place.
    """
    if place and place not in PLACES:
        raise NotFound
    narrowed: dict[str, Any] = {"place": place} if place else {}
    scope = _scope_of(by, now)
    shown = assessing.within(by=by, action="member.library", purpose="pool.card", fields=FIELDS, now=now)
    rows = (_of_place if place else _members).all(
        **scope,
        **narrowed,
        staff_id=by.staff_id,
        below=below,
        most=most,
        **recording.trace_parameters(by=by, action="member.library", purpose="pool.card", fields=shown, ground="store"),
    )
    return without(rows, set(FIELDS) - set(shown))


def counts(*, by: Actor, now: datetime) -> dict[str, int]:
    """
    How many of the acting manager's store's members are in each of PLACES; counts only, no trace.

    :raises NotAllowed: no store manager.
    """
    found = {row.place: row.members for row in _counts.all(**_scope_of(by, now))}
    return {place: found.get(place, 0) for place in PLACES}


def _scope_of(by: Actor, now: datetime) -> dict[str, Any]:
    by.require(Permission.MEMBERS_STORE_LIST)
    return {
        "city_id": by.city_id,
        "store_id": by.store_id,
        "now": now,
        "today": day_of(now),
        "notice_hash": catalogue().purposes["outreach.call"].notice_hash,
    }
