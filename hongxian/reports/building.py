"""
A report (报表): one scope over one period, broken down by time and by unit, beside another period or another unit.

Everything comes from the roll-ups of the contexts below, added up here. There is no way from a count to the people in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any

from django.utils.translation import gettext_lazy as _

from hongxian.kernel.clock import COMPANY_ZONE, day_of, start_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import Refusal
from hongxian.org import units
from hongxian.outreach import summing as contacts
from hongxian.pools import summing as pools
from hongxian.reports import periods, scopes
from hongxian.reports.measures import NAMES, Counts
from hongxian.reports.periods import Period
from hongxian.reports.scopes import Scope
from hongxian.sales import queries as sales
from hongxian.visits import queries as visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hongxian.kernel.actor import Actor

LISTED = 500
VERSUS = ("", "before", "year", "own", "unit")
Key = tuple[int, datetime | None]
CALLS = ("placed", "talked", "talk_seconds", "calls", "connects", "interested", "refusals")
TEXTS = ("handed", "delivered", "dropped", "opted_out")
FOLDED = (*CALLS, *TEXTS, "claims")


class BadReport(Refusal):
    """Asked for in a way that means nothing."""

    code = "reports.bad_report"
    message = _("这样比较或分组没有意义：请换一个单位或时间段。")
    status = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see; `other` is a unit like the scope, `days` other days, as `versus` says."""

    scope: Scope
    period: Period
    step: str
    unit: str
    versus: str = ""
    days: Period | None = None
    other: Scope | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A step of time or a unit. `then` is what it is compared with: None where there is nothing like it."""

    id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    name_en: Annotated[str, PLAIN]
    begins: Annotated[datetime | None, PLAIN]
    days: Annotated[Period | None, PLAIN]
    counts: Annotated[Counts, PLAIN]
    then: Annotated[Counts | None, PLAIN] = None


@dataclass(frozen=True, slots=True)
class Report:
    """The whole of it. `compared` are the days that it is compared with, of the same scope or of `other`."""

    scope: Annotated[Scope, PLAIN]
    period: Annotated[Period, PLAIN]
    step: Annotated[str, PLAIN]
    unit: Annotated[str, PLAIN]
    other: Annotated[Scope | None, PLAIN]
    compared: Annotated[Period | None, PLAIN]
    total: Annotated[Line, PLAIN]
    times: Annotated[list[Line], PLAIN]
    units: Annotated[list[Line], PLAIN]
    more_units: Annotated[int, PLAIN]

    @property
    def empty(self) -> bool:
        """Nothing happened in it, nor in what it is compared with."""
        return self.total.counts.empty and (self.total.then is None or self.total.then.empty)


def report(*, by: Actor, asked: Asked) -> Report:
    """
    Adds it up.

    :raises NotAllowed: somebody without reports.
    :raises periods.BadPeriod: too many steps.
    :raises BadReport: a unit that is not below the scope, or nothing like it to compare with.
    """
    _check(asked)
    now_at = scopes.span(asked.scope, by)
    times = _over_time(now_at, asked.period, asked.step)
    places = _by_unit(now_at, asked.period, asked.unit) if asked.unit else {}
    total = Line(0, "", "", None, asked.period, sum((each.counts for each in times), Counts()))
    compared = _compared(asked)
    if compared is not None:
        then_at = scopes.span(asked.other, by) if asked.other else now_at
        then = _over_time(then_at, compared, asked.step)
        times = _beside(times, then)
        total = replace(total, then=sum((each.counts for each in then), Counts()))
        then_places = _by_unit(now_at, compared, asked.unit) if asked.unit and asked.other is None else {}
    else:
        then_places = {}
    lines = _unit_lines(asked.unit, places, then_places if compared is not None and asked.other is None else None)
    return Report(
        scope=asked.scope,
        period=asked.period,
        step=asked.step,
        unit=asked.unit,
        other=asked.other,
        compared=compared,
        total=total,
        times=times,
        units=lines[:LISTED],
        more_units=max(0, len(lines) - LISTED),
    )


def details(*, by: Actor, asked: Asked, most: int) -> list[Line] | None:
    """Every unit in every step of time, for the workbook; None where that would be more than `most` lines."""
    _check(asked)
    if not asked.unit:
        return []
    found = _sums(scopes.span(asked.scope, by), asked.period, step=asked.step, unit=asked.unit)
    if len(found) > most:
        return None
    known = units.named(kind=asked.unit, ids=sorted({unit_id for unit_id, _begins in found}))
    lines = []
    for (unit_id, begins), counts in found.items():
        name, name_en = (known[unit_id].name, known[unit_id].name_en) if unit_id in known else ("", "")
        lines.append(Line(unit_id, name, name_en, begins, None, counts))
    return sorted(lines, key=lambda line: (line.begins or datetime.min.replace(tzinfo=COMPANY_ZONE), line.name, line.id))


def _check(asked: Asked) -> None:
    if asked.unit and asked.unit not in asked.scope.below:
        raise BadReport
    if asked.versus not in VERSUS or (asked.versus == "own" and asked.days is None):
        raise BadReport
    if asked.versus == "unit" and (asked.other is None or asked.other.kind != asked.scope.kind):
        raise BadReport


def _compared(asked: Asked) -> Period | None:
    if asked.versus == "before":
        return periods.before(asked.period)
    if asked.versus == "year":
        return periods.year_before(asked.period)
    return {"own": asked.days, "unit": asked.period}.get(asked.versus)


def _over_time(span: dict[str, Any], period: Period, step: str) -> list[Line]:
    """Every step of the period, those without anything too."""
    firsts = periods.steps(period, step)
    found = _sums(span, period, step=step, unit="none")
    if step == "hour":
        hours = range(*_hours(begins for _unit, begins in found))
        day = start_of(period.since)
        moments = [day + timedelta(hours=hour) for hour in hours]
        return [Line(0, "", "", at, None, found.get((0, at), Counts())) for at in moments]
    return [
        Line(0, "", "", start_of(first), periods.within(period, step, first), found.get((0, start_of(first)), Counts()))
        for first in firsts
    ]


def _hours(found: Iterable[datetime | None]) -> tuple[int, int]:
    """The hours in which people work, and any others in which something happened."""
    seen = [at.astimezone(COMPANY_ZONE).hour for at in found if at is not None]
    return min([9, *seen]), max([20, *seen]) + 1


def _by_unit(span: dict[str, Any], period: Period, unit: str) -> dict[int, Counts]:
    return {unit_id: counts for (unit_id, _begins), counts in _sums(span, period, step="none", unit=unit).items()}


def _unit_lines(unit: str, now: dict[int, Counts], then: dict[int, Counts] | None) -> list[Line]:
    ids = sorted({*now, *(then or {})})
    known = units.named(kind=unit, ids=ids) if ids else {}
    lines = []
    for unit_id in ids:
        name, name_en = (known[unit_id].name, known[unit_id].name_en) if unit_id in known else ("", "")
        before = None if then is None else then.get(unit_id, Counts())
        lines.append(Line(unit_id, name, name_en, None, None, now.get(unit_id, Counts()), before))
    return sorted(lines, key=lambda line: (-line.counts.calls, -line.counts.contacts, line.name, line.id))


def _beside(now: Sequence[Line], then: Sequence[Line]) -> list[Line]:
    """The first step beside the first, and so on: two months need not be equally long."""
    found = []
    for left, right in zip_longest(now, then):
        if left is None:
            found.append(Line(0, "", "", None, None, Counts(), right.counts))
        else:
            found.append(replace(left, then=right.counts if right else None))
    return found


def _sums(span: dict[str, Any], period: Period, *, step: str, unit: str) -> dict[Key, Counts]:
    """What every context below counted, by unit and step: days that are folded from there, the others from everybody's rows."""
    begins, ends = start_of(period.since), start_of(period.until + timedelta(days=1))
    asked = {**span, "unit": unit, "step": step}
    found: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    days: set[date] = set()
    if step != "hour" and unit != "consultant" and span["staff_id"] is None:
        folded = contacts.folded(**asked, begins=begins, ends=ends)
        days = {day_of(each) for each in folded[0].folded} if folded else set()
        for row in folded:
            if any(getattr(row, name) for name in FOLDED):  # the row that says that a day is folded may count nothing
                _put(found[_key(row)], row, FOLDED)
    for since, until in _runs(period, without=days):
        between = {"begins": start_of(since), "ends": start_of(until + timedelta(days=1))}
        for call in contacts.calls(**asked, **between):
            _put(found[_key(call)], call, CALLS)
        for text in contacts.texts(**asked, **between):
            _put(found[_key(text)], text, TEXTS)
        for claim in pools.claims(**asked, since=since, until=until):
            _put(found[_key(claim)], claim, ("claims",))
    _add_visits(found, span, begins, ends, step=step, unit=unit)
    return {key: Counts(**{name: counts[name] for name in NAMES if name in counts}) for key, counts in found.items()}


def _runs(period: Period, *, without: set[date]) -> list[tuple[date, date]]:
    """The days of a period that are left without those, as few runs of days as there are."""
    if not without:
        return [(period.since, period.until)]
    runs: list[tuple[date, date]] = []
    for number in range(period.days):
        day = period.since + timedelta(days=number)
        if day in without:
            continue
        if runs and runs[-1][1] == day - periods.ONE_DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _add_visits(
    found: dict[Key, dict[str, int]], span: dict[str, Any], begins: datetime, ends: datetime, *, step: str, unit: str
) -> None:
    """Visits and contracts, which their contexts count by consultant and hour."""
    for city_id in span["city_ids"]:
        place = {"city_id": city_id, "store_id": span["store_id"], "since": begins, "until": ends}
        came: list[Any] = [row for row in visits.counts(**place) if _of(row, span)]
        signed: list[Any] = [row for row in sales.counts(**place) if _of(row, span)]
        for row in came:
            _put(found[_place(row, city_id, step=step, unit=unit)], row, ("booked", "arrived", "no_show"))
        for contract in signed:
            _put(found[_place(contract, city_id, step=step, unit=unit)], contract, ("contracts", "amount_fen"))


def _of(row: Any, span: dict[str, Any]) -> bool:
    return (span["team_id"] is None or row.team_id == span["team_id"]) and (
        span["staff_id"] is None or row.staff_id == span["staff_id"]
    )


def _place(row: Any, city_id: int, *, step: str, unit: str) -> Key:
    unit_id = {"city": city_id, "store": row.store_id, "team": row.team_id or 0, "consultant": row.staff_id}.get(unit, 0)
    if step == "none":
        return unit_id, None
    day: date = row.day
    if step == "hour":
        return unit_id, start_of(day) + timedelta(hours=row.hour)
    return unit_id, start_of(periods.start(step, day))


def _key(row: Any) -> Key:
    return row.unit_id or 0, None if row.begins is None else row.begins.astimezone(COMPANY_ZONE)


def _put(counts: dict[str, int], row: Any, names: Iterable[str]) -> None:
    for name in names:
        counts[name] += int(getattr(row, name))
