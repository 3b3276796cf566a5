"""How many complaints there were about whom, for those who review them. Counts only; never whose they are or what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class _Named:
    staff_id: int
    complaints: int


_named = Statement("rights", "complaints_of_people", _Named)


def complaints_of_people(*, city_id: int, store_id: int, since: datetime, until: datetime) -> dict[int, int]:
    """Complaints that name somebody of this store, by staff number; who was not named is left out."""
    return {row.staff_id: row.complaints for row in _named.all(city_id=city_id, store_id=store_id, since=since, until=until)}
