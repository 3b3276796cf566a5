"""Cities, stores, teams and consultants as units of a report: what each is called, and where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = ("city", "store", "team", "consultant")  # from the largest to the smallest


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; `store_id` and `team_id` are None above it. Headquarters' staff have no city either."""

    id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    city_id: Annotated[int | None, PLAIN]
    store_id: Annotated[int | None, PLAIN]
    team_id: Annotated[int | None, PLAIN]


_units = Statement("org", "units", Unit)
_named = Statement("org", "units_named", Unit)


def named(*, kind: str, ids: Sequence[int]) -> dict[int, Unit]:
    """Those of these numbers that there are; closed ones and who has left, too."""
    return {each.id: each for each in _named.all(kind=kind, ids=list(ids))}


def within(*, kind: str, city_id: int | None = None, store_id: int | None = None, team_id: int | None = None) -> list[Unit]:
    """Those at work in a city, store or team; everywhere without."""
    return _units.all(kind=kind, city_id=city_id, store_id=store_id, team_id=team_id)
