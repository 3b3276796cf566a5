"""
Statistics of texts and calls (统计): sums of the roll-ups over some days, for whoever answers for them.

Counts of the company's own work only; nothing is broken down by what members are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.clock import start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import queries as org

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LONGEST = timedelta(days=366)
LISTED = 500
BY_TEXTS = ("hour", "day", "consultant", "team", "store", "template", "how")
BY_CALLS = ("hour", "day", "consultant", "team", "store")


class BadPeriod(Refusal):
    """No such days, or no such breakdown."""

    code = "outreach.bad_period"
    message = _("请选择时间段：最长一年，开始不晚于结束。")
    status = 422


def rate(part: int, whole: int) -> str:
    """A share in per cent; a dash out of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "–"


@dataclass(frozen=True, slots=True)
class TextLine:
    """Texts of one hour, day, sender, team, store, template or way."""

    id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]  # of stores and their teams; empty where there is none
    day: Annotated[date | None, PLAIN]
    handed: Annotated[int, PLAIN]
    parts: Annotated[int, PLAIN]
    delivered: Annotated[int, PLAIN]
    failed: Annotated[int, PLAIN]
    unknown: Annotated[int, PLAIN]
    dropped: Annotated[int, PLAIN]
    opted_out: Annotated[int, PLAIN]

    @property
    def under_way(self) -> int:
        """Handed over, nothing reported yet."""
        return self.handed - self.delivered - self.failed - self.unknown

    @property
    def delivered_rate(self) -> str:
        """Of what was handed over."""
        return rate(self.delivered, self.handed)

    @property
    def failed_rate(self) -> str:
        """Of what was handed over."""
        return rate(self.failed, self.handed)

    @property
    def unknown_rate(self) -> str:
        """Of what was handed over."""
        return rate(self.unknown, self.handed)

    @property
    def opted_out_rate(self) -> str:
        """Of what was handed over."""
        return rate(self.opted_out, self.handed)


@dataclass(frozen=True, slots=True)
class CallLine:
    """Calls of one hour, day, consultant, team or store."""

    id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]  # of stores and their teams; empty where there is none
    day: Annotated[date | None, PLAIN]
    placed: Annotated[int, PLAIN]
    talked: Annotated[int, PLAIN]
    talk_seconds: Annotated[int, PLAIN]
    calls: Annotated[int, PLAIN]
    connects: Annotated[int, PLAIN]
    no_answers: Annotated[int, PLAIN]
    interested: Annotated[int, PLAIN]
    visits: Annotated[int, PLAIN]
    refusals: Annotated[int, PLAIN]

    @property
    def connects_rate(self) -> str:
        """Of the calls that were filed."""
        return rate(self.connects, self.calls)

    @property
    def refusals_rate(self) -> str:
        """Of the calls that were filed."""
        return rate(self.refusals, self.calls)

    @property
    def minutes(self) -> int:
        """Talked through the gateway, in minutes."""
        return round(self.talk_seconds / 60)


_texts = Statement("outreach", "statistics_of_texts", TextLine)
_calls = Statement("outreach", "statistics_of_calls", CallLine)


def texts(*, by: Actor, per: str, since: date, until: date) -> list[TextLine]:
    """
    Texts of those days, `until` among them, `per` one of BY_TEXTS; days without any are left out.

    :raises NotAllowed: neither a manager nor headquarters' operations.
    :raises BadPeriod: no such days, or no such breakdown.
    """
    return _texts.all(**_span_of(by), **_period(since, until), by=_checked(per, BY_TEXTS), limit=LISTED)


def calls(*, by: Actor, per: str, since: date, until: date) -> list[CallLine]:
    """
    Calls of those days, likewise; `per` one of BY_CALLS.

    :raises NotAllowed: neither a manager nor headquarters' operations.
    :raises BadPeriod: no such days, or no such breakdown.
    """
    return _calls.all(**_span_of(by), **_period(since, until), by=_checked(per, BY_CALLS), limit=LISTED)


def own_breakdown(by: Actor) -> str:
    """What somebody asks about first."""
    return {Role.TEAM_MANAGER: "consultant", Role.STORE_MANAGER: "team"}.get(by.role, "store")


def breakdowns(by: Actor) -> tuple[str, ...]:
    """Those that tell this person something."""
    return tuple(per for per in BY_TEXTS if not (per == "store" and by.role != Role.OPERATIONS))


def _span_of(by: Actor) -> dict[str, Any]:
    by.require(Permission.REPORTS_CONTACT_READ)
    whole = by.role == Role.OPERATIONS
    return {
        "city_ids": [city.city_id for city in org.cities()] if whole else [by.city_id],
        "store_id": None if whole else by.store_id or 0,
        "team_id": (by.team_id or 0) if by.role == Role.TEAM_MANAGER else None,
    }


def _period(since: date, until: date) -> dict[str, Any]:
    if not since <= until <= since + LONGEST:
        raise BadPeriod
    return {"begins": start_of(since), "ends": start_of(until + timedelta(days=1))}


def _checked(per: str, known: tuple[str, ...]) -> str:
    if per not in known:
        raise BadPeriod
    return per
