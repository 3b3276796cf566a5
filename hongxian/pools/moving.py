"""
What every operation shares that ends or moves a holding: the locks, in the one order that all of them keep.

Member rows by id, then the pools' hint locks, then hands by staff number. A "no" takes the member row first too, so
that whoever waited for it finds the holding gone, and whoever came first leaves nothing behind (docs/decisions/0004).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hongxian.audit import recording
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import NotAllowed
from hongxian.kernel.sql import Command, Statement
from hongxian.members import facets
from hongxian.pools import hinting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from hongxian.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Held:
    """A holding as it stands while its member is locked, with where its holder works."""

    member_id: int
    staff_id: int
    pool_id: int
    store_id: int | None
    team_id: int | None


@dataclass(frozen=True, slots=True)
class _Id:
    member_id: int


_lock_members = Statement("pools", "lock_members", _Id)
_holdings = Statement("pools", "holdings_among", Held)
_ids_in_hand = Statement("pools", "ids_in_hand", _Id)
_lock_hands = Command("pools", "lock_hands")


def require_system(by: Actor) -> None:
    """:raises NotAllowed: the worker's rounds are nobody else's."""
    if by.role != Role.SYSTEM:
        raise NotAllowed


def lock(*, city_id: int, member_ids: Sequence[int]) -> list[Held]:
    """Takes the members' rows until the transaction ends; gives the holdings among them."""
    ids = sorted(set(member_ids))
    _lock_members.all(city_id=city_id, member_ids=ids)
    return _holdings.all(city_id=city_id, member_ids=ids)


def lock_hand(*, city_id: int, staff_id: int) -> list[Held]:
    """Takes the rows of everybody whom a consultant holds."""
    ids = [row.member_id for row in _ids_in_hand.all(city_id=city_id, staff_id=staff_id)]
    return [each for each in lock(city_id=city_id, member_ids=ids) if each.staff_id == staff_id]


def holds_any(*, city_id: int, staff_id: int) -> bool:
    """Whether a consultant holds anybody at this moment."""
    return bool(_ids_in_hand.all(city_id=city_id, staff_id=staff_id))


def lock_hands(*, city_id: int, staff_ids: Sequence[int]) -> None:
    """Takes hands, lowest staff number first."""
    _lock_hands.run(city_id=city_id, staff_ids=sorted(set(staff_ids)))


def facet_parameters() -> dict[str, Any]:
    """What a statement needs that includes pools/narrow_facets."""
    return {f"{facet}_codes": facets.codes_of(facet) for facet in ("education", "income_band", "marital")}


def return_parameters(*, by: Actor, action: str, move: str, reason: str, waits_for: timedelta, now: datetime) -> dict[str, Any]:
    """What a statement needs that includes pools/return_freed after a CTE named `freed`."""
    return {
        "now": now,
        "day": day_of(now),
        "staff_id": by.staff_id,
        "move": move,
        "reason": reason,
        "waits_until": now + waits_for,
        **facet_parameters(),
        **hinting.parameters(),
        **recording.trace_parameters(by=by, action=action, purpose="outreach.call", ground="claim"),
    }
