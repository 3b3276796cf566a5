"""
The live board (看板): what a store's teams, or a company's stores, did today, beside what it cost the people they contacted.

Whoever may see a board sees the same one, so one snapshot of it serves everybody for some seconds (desk/snapshots.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound
from hongxian.org import queries as org
from hongxian.reports import scoring, work
from hongxian.reports.scoring import Place
from hongxian.reports.work import Hour, Work

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor
    from hongxian.org.queries import CityRow, StoreRow

RANKED_OVER = timedelta(days=7)
# Harm for every hundred contacts of today from which a unit is watched, or should stop and think; a complaint is always watched.
WATCH, STOP = 4.0, 8.0
ENOUGH = 20  # contacts: below, a rate says nothing
CALM, WATCHED, STOPPED, BEGINNING = "calm", "watch", "stop", "begin"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose board: a store's, by team; a city's or (city 0) the company's, by store."""

    city_id: int
    store_id: int | None = None


@dataclass(frozen=True, slots=True)
class Panel:
    """One team or store: today's counts, how it stands, and its place over seven days."""

    work: Annotated[Work, PLAIN]
    state: Annotated[str, PLAIN]
    place: Annotated[int | None, PLAIN]
    score: Annotated[float | None, PLAIN]
    why: Annotated[str, PLAIN]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A board at one moment."""

    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    by_store: Annotated[bool, PLAIN]
    total: Annotated[Work, PLAIN]
    state: Annotated[str, PLAIN]
    panels: Annotated[tuple[Panel, ...], PLAIN]
    unplaced: Annotated[Work | None, PLAIN]  # what belongs to no team
    hours: Annotated[tuple[Hour, ...], PLAIN]


def scope_of(*, by: Actor, store_id: int | None = None, city_id: int | None = None) -> Scope:
    """
    Which board this person sees: the own store's; operations choose a store, a city or the company.

    :raises NotAllowed: the role sees no board, is untrained, or the store's agreement is over.
    :raises NotFound: another store or city than this person's, or none at all.
    """
    by.require(Permission.REPORTS_BOARD_READ)
    if by.role != Role.OPERATIONS:
        if by.store_id is None or store_id not in {None, by.store_id} or city_id not in {None, by.city_id}:
            raise NotFound
        return Scope(by.city_id, by.store_id)
    if store_id is not None:
        store = org.store(store_id=store_id)
        if store is None or city_id not in {None, store.city_id}:
            raise NotFound
        return Scope(store.city_id, store.store_id)
    if city_id is not None and city_id not in {city.city_id for city in org.cities()}:
        raise NotFound
    return Scope(city_id or 0)


def snapshot(*, scope: Scope, now: datetime) -> Snapshot:
    """The board as of now. For a scope that `scope_of` gave."""
    today = day_of(now)
    lately = work.Span.of_days(today - RANKED_OVER + timedelta(days=1), today)
    days = _works(scope, work.Span.of_days(today, today))
    places = {each.unit_id: each for each in scoring.ranked(_works(scope, lately))}
    known = [each for each in days if each.unit_id]
    panels = sorted((_panel(each, places.get(each.unit_id)) for each in known), key=_order)
    cities = [scope.city_id] if scope.city_id else [city.city_id for city in org.cities()]
    hours = [hour for city_id in cities for hour in work.hours(city_id=city_id, day=today, store_id=scope.store_id)]
    name, name_en = _name_of(scope)
    whole = work.total(days, name=name, name_en=name_en)
    return Snapshot(
        name=name,
        name_en=name_en,
        by_store=scope.store_id is None,
        total=whole,
        state=state_of(whole),
        panels=tuple(panels),
        unplaced=next((each for each in days if not each.unit_id), None),
        hours=_summed(hours),
    )


def state_of(each: Work) -> str:
    """How the day stands for the people who were contacted: calm, watch or stop; begin while there is too little to say."""
    if each.contacts < ENOUGH:
        return WATCHED if each.complaints else BEGINNING
    harm = each.per_hundred(each.harm)
    if harm >= STOP:
        return STOPPED
    return WATCHED if harm >= WATCH or each.complaints else CALM


def _name_of(scope: Scope) -> tuple[str, str]:
    known: StoreRow | CityRow | None
    if scope.store_id is not None:
        known = org.store(store_id=scope.store_id)
    else:
        known = next((city for city in org.cities() if city.city_id == scope.city_id), None)
    return (known.name, known.name_en) if known else ("", "")


def _works(scope: Scope, span: work.Span) -> list[Work]:
    if scope.store_id is not None:
        return work.of(unit=work.TEAM, city_id=scope.city_id, store_id=scope.store_id, span=span)
    cities = [scope.city_id] if scope.city_id else [city.city_id for city in org.cities()]
    found = [each for city_id in cities for each in work.of(unit=work.STORE, city_id=city_id, span=span)]
    none = [each for each in found if not each.unit_id]
    return [each for each in found if each.unit_id] + ([work.total(none)] if none else [])


def _panel(each: Work, place: Place | None) -> Panel:
    return Panel(
        work=each,
        state=state_of(each),
        place=place.place if place else None,
        score=place.score if place and place.place else None,
        why=place.why if place else scoring.FEW,
    )


def _order(panel: Panel) -> tuple[int, int]:
    """Teams keep their places on the wall: whoever looks up finds theirs where it was."""
    return (0, panel.work.unit_id)


def _summed(hours: list[Hour]) -> tuple[Hour, ...]:
    found: dict[int, Hour] = {}
    for each in hours:
        known = found.get(each.hour, Hour(each.hour, 0, 0, 0))
        found[each.hour] = Hour(
            each.hour,
            known.calls + each.calls,
            known.connects + each.connects,
            known.refusals + each.refusals,
        )
    return tuple(found[hour] for hour in sorted(found))
