"""Whether a store's morning share has been dealt, and what became of the dealings of the last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

SHOWN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DealtShare:
    """A dealing that took place: when, and how many members."""

    at: Annotated[datetime, PLAIN]
    members: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class DealingRow:
    """One dealing of the last weeks: by whom (nobody: by the system), and what was undone of it."""

    day: Annotated[date, PLAIN]
    run: Annotated[int, PLAIN]
    at: Annotated[datetime, PLAIN]
    members: Annotated[int, PLAIN]
    by_alias: Annotated[str, PLAIN]
    undone_at: Annotated[datetime | None, PLAIN]
    undone_alias: Annotated[str, PLAIN]
    undone_why: Annotated[str, PLAIN]
    returned: Annotated[int, PLAIN]
    stayed: Annotated[int, PLAIN]


_dealings = Statement("pools", "dealings_since", DealingRow)
_dealt = Statement("pools", "dealt_on", DealtShare)


def dealt_on(*, by: Actor, day: date) -> DealtShare | None:
    """
    The dealing of the acting manager's store on a day; None when it is still to come.

    :raises NotAllowed: no store manager.
    """
    by.require(Permission.REPORTS_STORE_READ)
    return _dealt.one(city_id=by.city_id, store_id=by.store_id, day=day)


def dealings_of(*, by: Actor, today: date) -> list[DealingRow]:
    """
    The acting manager's store's dealings of the last 30 days, the newest first.

    :raises NotAllowed: no store manager.
    """
    by.require(Permission.REPORTS_STORE_READ)
    return _dealings.all(city_id=by.city_id, store_id=by.store_id, since=today - SHOWN)
