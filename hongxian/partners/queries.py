"""Reads about partners for headquarters: who may ask for what, and how much they asked; counts, never whom it was about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LATELY, TOLD_LATELY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A partner, and how it stands."""

    partner_id: Annotated[int, PLAIN]
    city_id: Annotated[int, PLAIN]
    city: Annotated[str, PLAIN]
    city_en: Annotated[str, PLAIN]
    name: Annotated[str, PLAIN]
    made_at: Annotated[datetime, PLAIN]
    made_by: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]
    ended_by: Annotated[str, PLAIN]
    ended_why: Annotated[str, PLAIN]
    keys: Annotated[int, PLAIN]
    host: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key, without what opens anything."""

    key_id: Annotated[int, PLAIN]
    scopes: Annotated[list[str], PLAIN]
    a_minute: Annotated[int, PLAIN]
    expires_on: Annotated[date, PLAIN]
    made_at: Annotated[datetime, PLAIN]
    made_by: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]
    ended_by: Annotated[str, PLAIN]
    ended_why: Annotated[str, PLAIN]
    used_at: Annotated[datetime | None, PLAIN]


@dataclass(frozen=True, slots=True)
class HookRow:
    """Where a partner was or is told."""

    hook_id: Annotated[int, PLAIN]
    host: Annotated[str, PLAIN]
    made_at: Annotated[datetime, PLAIN]
    made_by: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]
    ended_at: Annotated[datetime | None, PLAIN]
    ended_by: Annotated[str, PLAIN]
    ended_why: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Count:
    """How many requests, of one kind and state."""

    kind: Annotated[str, PLAIN]
    state: Annotated[str, PLAIN]
    reason: Annotated[str, PLAIN]
    requests: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class Told:
    """How many messages, in one state."""

    state: Annotated[str, PLAIN]
    messages: Annotated[int, PLAIN]
    tries: Annotated[int, PLAIN]
    answered: Annotated[int | None, PLAIN]


@dataclass(frozen=True, slots=True)
class Book:
    """Everything about one partner."""

    partner: Annotated[PartnerRow, PLAIN]
    keys: Annotated[list[KeyRow], PLAIN]
    hooks: Annotated[list[HookRow], PLAIN]
    counts: Annotated[list[Count], PLAIN]
    told: Annotated[list[Told], PLAIN]


_partners = Statement("partners", "partners", PartnerRow)
_keys = Statement("partners", "keys_of", KeyRow)
_hooks = Statement("partners", "hooks_of", HookRow)
_counts = Statement("partners", "counts_of", Count)
_told = Statement("partners", "told_of", Told)


def partners(*, by: Actor, now: datetime) -> list[PartnerRow]:
    """
    Every partner, those that have ended last.

    :raises NotAllowed: may not keep partners.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    return _partners.all(partner_id=None, today=day_of(now))


def book(*, by: Actor, partner_id: int, now: datetime) -> Book:
    """
    One partner with its history; requests of the last hour, messages of the last day.

    :raises NotAllowed: may not keep partners.
    :raises NotFound: no such partner.
    """
    by.require(Permission.PARTNERS_KEY_MANAGE)
    partner = _partners.one(partner_id=partner_id, today=day_of(now))
    if partner is None:
        raise NotFound
    about = {"city_id": partner.city_id, "partner_id": partner_id}
    return Book(
        partner=partner,
        keys=_keys.all(**about),
        hooks=_hooks.all(partner_id=partner_id),
        counts=_counts.all(since=now - LATELY, **about),
        told=_told.all(since=now - TOLD_LATELY, **about),
    )
