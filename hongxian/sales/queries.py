"""Counts of contracts, for reports. They name staff and hours, never a member."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """One consultant's hour: contracts that came into force in it and stand, and what they are worth, in fen."""

    staff_id: Annotated[int, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    day: Annotated[date, PLAIN]
    hour: Annotated[int, PLAIN]
    contracts: Annotated[int, PLAIN]
    amount_fen: Annotated[int, PLAIN]


def counts(*, city_id: int, store_id: int | None, since: datetime, until: datetime) -> list[Counted]:  # noqa: ARG001 - filled soon
    """Counts of a store, or of all of a city's, from `since` until before `until`; hours without any are left out."""
    return []
