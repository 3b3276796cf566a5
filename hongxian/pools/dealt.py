"""Whether a store's morning share has been dealt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.sql import Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class DealtShare:
    """A dealing that took place: when, and how many members."""

    at: Annotated[datetime, PLAIN]
    members: Annotated[int, PLAIN]


_dealt = Statement("pools", "dealt_on", DealtShare)


def dealt_on(*, by: Actor, day: date) -> DealtShare | None:
    """
    The dealing of the acting manager's store on a day; None when it is still to come.

    :raises NotAllowed: no store manager.
    """
    by.require(Permission.REPORTS_STORE_READ)
    return _dealt.one(city_id=by.city_id, store_id=by.store_id, day=day)
