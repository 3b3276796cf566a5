"""Reads about the organisation, for every context above it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.actor import Actor
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Role
from hongxian.kernel.sql import Statement
from hongxian.org import rules, sessions

if TYPE_CHECKING:
    from datetime import date, datetime

CLOCKS_APART = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ActorRow:
    """What the database knows of an actor."""

    staff_id: int
    role: str
    alias: str
    city_id: int
    store_id: int | None
    team_id: int | None
    store_name: str
    tier: str | None
    active: bool
    session_epoch: int
    session_until: datetime | None
    session_seen_at: datetime | None
    session_how: str
    trained: bool
    agreement_live: bool
    rule_rows: int
    newest_rule: int


@dataclass(frozen=True, slots=True)
class _Extension:
    extension: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A consultant, as managers see them."""

    staff_id: Annotated[int, PLAIN]
    alias: Annotated[str, PLAIN]
    role: Annotated[str, PLAIN]
    city_id: Annotated[int, PLAIN]
    store_id: Annotated[int, PLAIN]
    team_id: Annotated[int, PLAIN]
    team_name: Annotated[str, PLAIN]
    tier: Annotated[str, PLAIN]
    active: Annotated[bool, PLAIN]
    trained: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A store and its city."""

    store_id: Annotated[int, PLAIN]
    code: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    city_id: Annotated[int, PLAIN]
    city_code: Annotated[str, PLAIN]
    city_name: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class CityRow:
    """A city."""

    city_id: Annotated[int, PLAIN]
    code: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    timezone: Annotated[str, PLAIN]


_cities = Statement("org", "cities", CityRow)
_actor = Statement("org", "actor", ActorRow)
_colleagues = Statement("org", "colleagues", Colleague)
_store = Statement("org", "store_by_code", StoreRow)
_stores = Statement("org", "stores", StoreRow)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a session, and when it was last written down as used; None for one that stands in no list."""

    actor: Actor
    seen_at: datetime | None


def actor(
    *, today: date, process: str, account_id: int | None = None, staff_id: int | None = None, epoch: int | None = None
) -> Actor | None:
    """
    The actor behind an account or a staff number; None when nobody is. Inactive staff come back as inactive.

    `epoch` is what a session was begun under: since its holder left or moved, nobody is behind it any more.
    """
    row = _actor.one(account_id=account_id, staff_id=staff_id, session_id=None, today=today)
    if row is None or (epoch is not None and epoch != row.session_epoch):
        return None
    return _as_actor(row, process)


def signed_in(
    *, today: date, process: str, account_id: int, epoch: int, session_id: int | None, now: datetime
) -> SignedIn | None:
    """
    Who is behind a session; None since its holder left, moved or ended it, or it is past its time.

    `session_id` is its line in the list of sessions. One that would end later than any that begins now is from before the clock was
    set back, and has ended: nobody is signed in for longer than was told.
    """
    asked = time.monotonic()
    row = _actor.one(account_id=account_id, staff_id=None, session_id=session_id, today=today)
    if row is not None:
        rules.told(row.rule_rows, row.newest_rule, asked=asked)
    if row is None or not row.active or epoch != row.session_epoch:
        return None
    if session_id is not None and (
        row.session_until is None or not now < row.session_until <= now + sessions.lasts(row.session_how) + CLOCKS_APART
    ):
        return None
    return SignedIn(actor=_as_actor(row, process), seen_at=row.session_seen_at)


def _as_actor(row: ActorRow, process: str) -> Actor:
    return Actor(
        staff_id=row.staff_id,
        role=Role(row.role),
        alias=row.alias,
        city_id=row.city_id,
        store_id=row.store_id,
        team_id=row.team_id,
        store_name=row.store_name,
        tier=row.tier,
        active=row.active,
        trained=row.trained,
        agreement_live=row.agreement_live,
        process=process,
        wall=row.session_how == sessions.WALL,
    )


def consultant(*, staff_id: int, today: date) -> Colleague | None:
    """One active consultant."""
    return _colleagues.one(staff_id=staff_id, store_id=None, team_id=None, today=today)


def consultants_of_team(*, team_id: int, today: date) -> list[Colleague]:
    """The active consultants of a team, by tier."""
    return _colleagues.all(staff_id=None, store_id=None, team_id=team_id, today=today)


def consultants_of_store(*, store_id: int, today: date) -> list[Colleague]:
    """The active consultants of a store, by team and tier."""
    return _colleagues.all(staff_id=None, store_id=store_id, team_id=None, today=today)


def store(*, code: str | None = None, store_id: int | None = None) -> StoreRow | None:
    """A store by its code or number."""
    return _store.one(code=code, store_id=store_id)


def stores() -> list[StoreRow]:
    """Every active store, by code."""
    return _stores.all()


def cities() -> list[CityRow]:
    """Every city."""
    return _cities.all()


_extension = Statement("org", "extension_of", _Extension)


def extension_of(*, staff_id: int) -> str:
    """Where somebody's phone rings for calls through a gateway; empty where there is none."""
    row = _extension.one(staff_id=staff_id)
    return row.extension if row else ""


@dataclass(frozen=True, slots=True)
class CallerRow:
    """Who places a call, and where their phone rings."""

    role: str
    alias: str
    store_id: int | None
    team_id: int | None
    extension: str


_caller = Statement("org", "caller", CallerRow)


def caller(*, staff_id: int) -> CallerRow | None:
    """Somebody who works here, as the dialer needs them."""
    return _caller.one(staff_id=staff_id)
