"""What a report is about (范围): the company, a city, store, team or consultant, as far as somebody answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.org import queries as org
from hongxian.org import units
from hongxian.org.units import Unit

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

COMPANY = "company"
KINDS = (COMPANY, *units.KINDS)


@dataclass(frozen=True, slots=True)
class Scope:
    """One unit. Whatever somebody may see is inside `store_id` and `team_id` where these are given, in old days too."""

    kind: Annotated[str, PLAIN]
    id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    city_id: Annotated[int | None, PLAIN]
    store_id: Annotated[int | None, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    staff_id: Annotated[int | None, PLAIN]

    @property
    def below(self) -> tuple[str, ...]:
        """The kinds of unit into which it can be broken down, the largest first."""
        return KINDS[KINDS.index(self.kind) + 1 :]


def own(by: Actor) -> Scope:
    """
    The largest that somebody answers for.

    :raises NotAllowed: for nothing at all.
    """
    by.require(Permission.REPORTS_PERIOD_READ)
    if by.role == Role.OPERATIONS:
        return Scope(COMPANY, 0, "", "", None, None, None, None)
    kind, number = ("team", by.team_id) if by.role == Role.TEAM_MANAGER else ("store", by.store_id)
    found = units.named(kind=kind, ids=[number]).get(number) if number is not None else None
    if found is None:
        raise NotAllowed
    return _scope(kind, found)


def of(by: Actor, *, kind: str, number: int) -> Scope:
    """
    One unit by its number.

    :raises NotAllowed: somebody without reports.
    :raises NotFound: there is none, or it lies outside what this person answers for.
    """
    largest = own(by)
    if kind == COMPANY or (kind, number) == (largest.kind, largest.id):
        if kind != largest.kind:
            raise NotFound
        return largest
    if kind not in largest.below:
        raise NotFound
    found = units.named(kind=kind, ids=[number]).get(number)
    if found is None or found.city_id is None or not _inside(found, largest):
        raise NotFound
    return _scope(kind, found)


def above(scope: Scope, by: Actor) -> list[Scope]:
    """The way down to it, from the largest that somebody answers for."""
    largest = own(by)
    path = [largest]
    places = {"city": scope.city_id, "store": scope.store_id, "team": scope.team_id}
    for kind in KINDS[KINDS.index(largest.kind) + 1 : KINDS.index(scope.kind)]:
        number = places.get(kind)
        if number is not None:
            path.append(_scope(kind, units.named(kind=kind, ids=[number])[number]))
    return path if scope == largest else [*path, scope]


def choices(by: Actor, *, near: Scope) -> list[tuple[str, list[Unit]]]:
    """What may be chosen beside a scope: its like, and what lies directly below."""
    largest = own(by)
    places = {"store_id": largest.store_id, "team_id": largest.team_id}
    found = []
    for kind in largest.below:
        if kind == "city" or (kind == "store" and largest.kind == COMPANY):
            found.append((kind, units.within(kind=kind)))
        elif near.store_id is not None:
            narrowed = places | {"store_id": near.store_id}
            if kind == "consultant" and near.team_id is not None:
                narrowed["team_id"] = near.team_id
            found.append((kind, units.within(kind=kind, **narrowed)))
    return found


def like(by: Actor, *, scope: Scope) -> list[Unit]:
    """Those of the same kind that it can be compared with."""
    largest = own(by)
    if scope.kind == largest.kind:
        return []
    place: dict[str, Any] = {"store_id": largest.store_id, "team_id": largest.team_id}
    if scope.kind in {"team", "consultant"} and largest.kind == COMPANY:
        place["city_id"] = scope.city_id
    return [each for each in units.within(kind=scope.kind, **place) if each.id != scope.id]


def span(scope: Scope, by: Actor) -> dict[str, Any]:
    """The scope as the sums of other contexts take it."""
    return {
        "city_ids": [city.city_id for city in org.cities()] if scope.city_id is None else [scope.city_id],
        "store_id": scope.store_id if scope.staff_id is None else by.store_id,
        "team_id": scope.team_id if scope.staff_id is None or by.role == Role.TEAM_MANAGER else None,
        "staff_id": scope.staff_id,
    }


def _inside(unit: Unit, largest: Scope) -> bool:
    return (largest.store_id is None or unit.store_id == largest.store_id) and (
        largest.team_id is None or unit.team_id == largest.team_id
    )


def _scope(kind: str, unit: Unit) -> Scope:
    staff_id = unit.id if kind == "consultant" else None
    return Scope(kind, unit.id, unit.name, unit.name_en, unit.city_id, unit.store_id, unit.team_id, staff_id)
