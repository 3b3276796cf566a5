"""What pages see of the pools: frozen rows, scoped in the statement, traced in the same statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.audit import recording
from hongxian.consent import assessing
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN, Label, without
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.sql import Statement
from hongxian.org import rules
from hongxian.pools import books
from hongxian.pools.filtering import Filters

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

__all__ = ["Filters"]

CARD_FIELDS = ("sex", "birth_year", "height", "education", "income_band", "marital", "district", "grade")
# Entries that a page looks at: some ten milliseconds' worth, however large the pool and whatever the filters.
LOOK = 20_000
LONGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class PoolRow:
    """A pool within reach. `roughly` is an estimate for large pools, never an exact count of millions."""

    pool_id: Annotated[int, PLAIN]
    kind: Annotated[str, PLAIN]
    store_id: Annotated[int | None, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    roughly: Annotated[int, PLAIN]
    more: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """Today's quota for one kind of pool."""

    kind: Annotated[str, PLAIN]
    cap: Annotated[int, PLAIN]
    used: Annotated[int, PLAIN]
    best_grade: Annotated[str, PLAIN]
    day: Annotated[date, PLAIN]


@dataclass(frozen=True, slots=True)
class HandRow:
    """How many members a consultant holds, and may, and since when they are here today."""

    held: Annotated[int, PLAIN]
    cap: Annotated[int, PLAIN]
    here_at: Annotated[datetime | None, PLAIN]


@dataclass(frozen=True, slots=True)
class Card:
    """A pool card: coarse traits, nothing that says who it is. Education, income band and marital are facets' places."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    city_code: Annotated[str, PLAIN]
    rank: Annotated[int, PLAIN]
    grade: Annotated[str, Label("grade")]
    sex: Annotated[str, Label("sex")]
    birth_year: Annotated[int, Label("birth_year")]
    height_cm: Annotated[int, Label("height")]
    education: Annotated[int, Label("education")]
    income_band: Annotated[int, Label("income_band")]
    marital: Annotated[int, Label("marital")]
    district: Annotated[str, Label("district")]
    waiting: Annotated[bool, PLAIN]
    looked_to: Annotated[int | None, PLAIN] = None  # of a row that is no card: see pool_page.sql


@dataclass(frozen=True, slots=True)
class Look:
    """A page of cards, and where the next begins; `walked` is how many entries were looked at when that was not enough for a page."""

    cards: Annotated[list[Card], PLAIN]
    after: Annotated[tuple[int, int] | None, PLAIN]
    walked: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class TeamHolding:
    """What a manager sees of a held member: the resource number and how the holding stands."""

    city_id: Annotated[int, PLAIN]
    member_id: Annotated[int, Label("resource_no")]
    city_code: Annotated[str, PLAIN]
    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    team_name: Annotated[str, PLAIN]
    grade: Annotated[str, Label("grade")]
    how: Annotated[str, PLAIN]
    held_since: Annotated[datetime, PLAIN]
    held_until: Annotated[datetime, PLAIN]
    contacted: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class _Holder:
    staff_id: int


_page = Statement("pools", "pool_page", Card, brief=True)
_pools = Statement("pools", "pools_within_reach", PoolRow)
_quotas = Statement("pools", "quotas_of", QuotaRow)
_hand = Statement("pools", "hand_of", HandRow)
_team = Statement("pools", "holdings_of_team", TeamHolding)
_holder = Statement("pools", "holder_of", _Holder)


def pool_page(
    *, by: Actor, pool_id: int, filters: Filters, after: tuple[int, int] | None, size: int, now: datetime
) -> list[Card]:
    """The cards of `pool_look`, for whoever doesn't go on."""
    return pool_look(by=by, pool_id=pool_id, filters=filters, after=after, size=size, now=now).cards


def pool_look(
    *, by: Actor, pool_id: int, filters: Filters, after: tuple[int, int] | None, size: int, now: datetime, look: int = LOOK
) -> Look:
    """
    A page of cards, best first, after the last card's (rank, member_id); one trace names all of them.

    At most `look` entries are looked at: where filters keep fewer of them than a page has, it says so and where to go on.
    `waiting` marks those whom this consultant's team let go lately. A pool out of reach is an empty page and a recorded
    denial.

    :raises NotAllowed: the role sees no pools.
    """
    by.require(Permission.POOLS_ENTRY_LIST)
    shown = assessing.within(by=by, action="pools.list", purpose="pool.card", fields=CARD_FIELDS, now=now)
    rank, member_id = after or (-1, 0)
    given, most = filters.parameters(), max(1, min(size, LONGEST_PAGE))
    rows = _page.all(
        city_id=by.city_id,
        store_id=by.store_id,
        team_id=by.team_id,
        staff_id=by.staff_id,
        pool_id=pool_id,
        after_rank=rank,
        after_member_id=member_id,
        size=most,
        look=max(most, look // len(given["sexes"])),
        now=now,
        **given,
        **recording.trace_parameters(by=by, action="pools.list", purpose="pool.card", fields=shown, ground="pool"),
    )
    cards = [row for row in rows if row.looked_to is None]
    ended = next(((row.rank, row.looked_to) for row in rows if row.looked_to is not None), None)
    if not rows and not books.standing(by=by, pool_id=pool_id, now=now).visible:
        recording.record(by=by, action="pools.list", purpose="pool.card", reason="pool_out_of_reach", denied=True, now=now)
    full = (cards[-1].rank, cards[-1].member_id) if len(cards) == most else None
    return Look(without(cards, set(CARD_FIELDS) - set(shown)), full or ended, walked=look if ended and not full else 0)


def pools_of(*, by: Actor) -> list[PoolRow]:
    """The pools within reach: the store's own and the city's, the store's first. Counts stop at 10,000 and say so."""
    by.require(Permission.POOLS_ENTRY_LIST)
    return _pools.all(city_id=by.city_id, store_id=by.store_id)


def quotas_of(*, by: Actor, now: datetime) -> list[QuotaRow]:
    """Today's quotas, the store pool's first; before the first claim of the day what the tier gives."""
    return _quotas.all(city_id=by.city_id, staff_id=by.staff_id, tier=by.tier, day=day_of(now), **_tiers(by, now))


def hand_of(*, by: Actor, now: datetime) -> HandRow:
    """What the consultant holds, and may, and since when they are here today."""
    found = _hand.one(city_id=by.city_id, staff_id=by.staff_id, tier=by.tier, day=day_of(now), **_tiers(by, now))
    return found or HandRow(held=0, cap=0, here_at=None)


def _tiers(by: Actor, now: datetime) -> dict[str, Any]:
    return rules.tier_parameters(city_id=by.city_id, store_id=by.store_id, now=now)


def holdings_of_team(*, by: Actor, now: datetime, staff_id: int | None) -> list[TeamHolding]:
    """
    Who is held by whom in the manager's team or store, or by one consultant of it; traced.

    :raises NotAllowed: not a manager.
    """
    by.require(Permission.POOLS_HOLDING_REASSIGN)
    shown = assessing.within(by=by, action="pools.team", purpose="pool.card", fields=("grade",), now=now)
    held = _team.all(
        city_id=by.city_id,
        store_id=by.store_id,
        team_id=None if by.role == Role.STORE_MANAGER else by.team_id,
        of_staff_id=staff_id,
        staff_id=by.staff_id,
        now=now,
        **recording.trace_parameters(by=by, action="pools.team", purpose="pool.card", fields=shown, ground="team"),
    )
    return without(held, {"grade"} - set(shown))


def holder_of(*, city_id: int, member_id: int) -> int | None:
    """Who holds a member; None when nobody does."""
    found = _holder.one(city_id=city_id, member_id=member_id)
    return found.staff_id if found else None
