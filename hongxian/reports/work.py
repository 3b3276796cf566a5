"""
What a team, a store or a consultant did, and what it cost the people who were contacted: sums of the roll-ups, nothing else.

A contact is a call that was filed or a text that was written by hand. Campaigns and automatic texts are no contacts, so that
nobody's numbers look better for them; who opts out of them counts all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from hongxian.kernel.actor import COMPANY
from hongxian.kernel.clock import day_of, hour_of, start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.sql import Statement
from hongxian.org import units
from hongxian.sales import queries as sales
from hongxian.visits import queries as visits

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

TEAM, STORE, CONSULTANT = "team", "store", "consultant"


@dataclass(frozen=True, slots=True)
class Work:
    """The counts of one unit; `unit_id` 0 is what belongs to none."""

    unit_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    claims: Annotated[int, PLAIN] = 0
    calls: Annotated[int, PLAIN] = 0
    connects: Annotated[int, PLAIN] = 0
    talk_seconds: Annotated[int, PLAIN] = 0
    interested: Annotated[int, PLAIN] = 0
    booked: Annotated[int, PLAIN] = 0
    refusals: Annotated[int, PLAIN] = 0
    cap_hits: Annotated[int, PLAIN] = 0
    rests: Annotated[int, PLAIN] = 0
    texts: Annotated[int, PLAIN] = 0
    opted_out: Annotated[int, PLAIN] = 0
    complaints: Annotated[int, PLAIN] = 0
    arrived: Annotated[int, PLAIN] = 0
    no_show: Annotated[int, PLAIN] = 0
    contracts: Annotated[int, PLAIN] = 0

    @property
    def contacts(self) -> int:
        """Calls that were filed and texts by hand."""
        return self.calls + self.texts

    @property
    def noes(self) -> int:
        """Everybody who wants no more: refused on the phone, pressed 9, or opted out of a text."""
        return self.refusals + self.opted_out

    @property
    def harm(self) -> int:
        """What should not have been: noes, complaints, caps that were run against. Rests are the rule's own work and no harm."""
        return self.noes + self.complaints + self.cap_hits

    @property
    def gain(self) -> int:
        """What it is all for: visits that were agreed, people who came, contracts."""
        return self.booked + self.arrived + self.contracts

    @property
    def minutes(self) -> int:
        """Talked, in minutes."""
        return round(self.talk_seconds / 60)

    @property
    def empty(self) -> bool:
        """Nothing happened."""
        return not any(getattr(self, name) for name in COUNTS)

    def per_hundred(self, number: int) -> float:
        """A count for every hundred contacts; 0 without any."""
        return 100 * number / self.contacts if self.contacts else 0.0


COUNTS = tuple(field.name for field in fields(Work) if field.name not in {"unit_id", "name", "name_en"})


@dataclass(frozen=True, slots=True)
class Span:
    """Some whole days, or one hour of a day."""

    begins: datetime
    ends: datetime
    hour: bool = False

    @classmethod
    def of_days(cls, since: date, until: date) -> Span:
        """Those days, `until` among them."""
        return cls(begins=start_of(since), ends=start_of(until + timedelta(days=1)))

    @classmethod
    def of_hour(cls, moment: datetime) -> Span:
        """The hour that holds this moment. Claims are counted by the day and are 0 here."""
        begins = hour_of(moment)
        return cls(begins=begins, ends=begins + timedelta(hours=1), hour=True)


@dataclass(frozen=True, slots=True)
class _Row:
    unit_id: int
    name: str
    name_en: str
    claims: int
    calls: int
    connects: int
    talk_seconds: int
    interested: int
    refusals: int
    cap_hits: int
    rests: int
    texts: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class _Complaints:
    unit_id: int
    complaints: int


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a day."""

    hour: Annotated[int, PLAIN]
    calls: Annotated[int, PLAIN]
    connects: Annotated[int, PLAIN]
    refusals: Annotated[int, PLAIN]


_work = Statement("reports", "work", _Row)
_complaints = Statement("reports", "complaints", _Complaints)
_hours = Statement("reports", "hours", Hour)


def of(*, unit: str, city_id: int, span: Span, store_id: int | None = None, team_id: int | None = None) -> list[Work]:
    """
    Each team, store or consultant of a city, a store or a team over that span, also those without any work.

    Two short statements and one more for each count that lives elsewhere; whoever asks has been checked by the caller.
    """
    place = {"unit": unit, "city_id": city_id, "store_id": store_id, "team_id": team_id}
    days = _no_days(span) if span.hour else (day_of(span.begins), day_of(span.ends - timedelta(seconds=1)))
    rows = _work.all(
        **place, span="hour" if span.hour else "day", begins=span.begins, ends=span.ends, since=days[0], until=days[1]
    )
    found = {row.unit_id: Work(**{each.name: getattr(row, each.name) for each in fields(row)}) for row in rows}
    for lies_in in (city_id, COMPANY):  # whoever has no record complains from city 0
        for each in _complaints.all(**place | {"city_id": lies_in}, of_city_id=city_id, begins=span.begins, ends=span.ends):
            known = found.get(each.unit_id, Work(each.unit_id, "", ""))
            found[each.unit_id] = replace(known, complaints=known.complaints + each.complaints)
    _add_results(found, unit=unit, city_id=city_id, span=span, store_id=store_id, team_id=team_id)
    nameless = [work.unit_id for work in found.values() if work.unit_id and not work.name]
    for unnamed in units.named(kind=unit, ids=nameless).values() if nameless else []:
        found[unnamed.id] = replace(found[unnamed.id], name=unnamed.name, name_en=unnamed.name_en)
    return [work for work in found.values() if work.unit_id or not work.empty]


def _add_results(
    found: dict[int, Work], *, unit: str, city_id: int, span: Span, store_id: int | None, team_id: int | None
) -> None:
    """What was booked, who came, who didn't, and contracts: each counted where it lives, and for the store and team of then."""
    asked: dict[str, Any] = {"city_id": city_id, "store_id": store_id, "since": span.begins, "until": span.ends}
    came: list[tuple[Any, tuple[str, ...]]] = [(each, ("booked", "arrived", "no_show")) for each in visits.counts(**asked)]
    signed: list[tuple[Any, tuple[str, ...]]] = [(each, ("contracts",)) for each in sales.counts(**asked)]
    for each, names in (*came, *signed):
        if team_id is not None and each.team_id != team_id:
            continue
        unit_id = {TEAM: each.team_id or 0, CONSULTANT: each.staff_id, STORE: each.store_id}[unit]
        known = found.get(unit_id, Work(unit_id, "", ""))
        found[unit_id] = replace(known, **{name: getattr(known, name) + getattr(each, name) for name in names})


def _no_days(span: Span) -> tuple[date, date]:
    """A range that holds no day."""
    day = day_of(span.begins)
    return day, day - timedelta(days=1)


def hours(*, city_id: int, day: date, store_id: int | None = None) -> list[Hour]:
    """A day's hours in which anybody called."""
    span = Span.of_days(day, day)
    return _hours.all(city_id=city_id, store_id=store_id, begins=span.begins, ends=span.ends)


def total(works: Iterable[Work], *, name: str = "", name_en: str = "") -> Work:
    """The sum of some units."""
    known = list(works)
    return Work(0, name, name_en or name, **{count: sum(getattr(each, count) for each in known) for count in COUNTS})
