"""A report as tables of words and numbers, the same for the page, the workbook and the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongxian.design import wording
from hongxian.reports import measures, scopes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from hongxian.org.units import Unit
    from hongxian.reports.building import Line, Report
    from hongxian.reports.measures import Counts, Measure
    from hongxian.reports.periods import Period
    from hongxian.reports.scopes import Scope

SCOPES = {
    "company": gettext_lazy("全公司"),
    "city": gettext_lazy("城市"),
    "store": gettext_lazy("门店"),
    "team": gettext_lazy("团队"),
    "consultant": gettext_lazy("顾问"),
}
STEPS = {
    "hour": gettext_lazy("小时"),
    "day": gettext_lazy("天"),
    "week": gettext_lazy("周"),
    "month": gettext_lazy("月"),
    "quarter": gettext_lazy("季度"),
}
ONLY_IN_FILES = {"interested", "delivered", "dropped"}  # the page has no room for them; the chart and the files show them
ON_PAGE = tuple(each for each in measures.MEASURES if each.code not in ONLY_IN_FILES)


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, its share, and the number that it is compared with: None where there is nothing to compare."""

    head: str
    value: int
    share: str
    then: int | None
    change: str
    tone: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; `url` leads one step further down, and is empty at the bottom."""

    label: str
    url: str
    cells: tuple[Cell, ...]


def row(line: Line, label: str, *, url: str = "", which: Sequence[Measure] = ON_PAGE) -> Row:
    """One line of a report as a row."""
    return Row(label, url, tuple(cell(each, line.counts, line.then) for each in which))


def cell(measure: Measure, now: Counts, then: Counts | None) -> Cell:
    """One number beside the one before."""
    value = measure.value(now)
    if then is None:
        return Cell(str(measure.name), value, measure.share(now), None, "", "")
    before = measure.value(then)
    tone = "" if value == before else "good" if (value > before) == measure.good else "bad"
    return Cell(str(measure.name), value, measure.share(now), before, measures.change(value, before), tone)


def scope_name(scope: Scope) -> str:
    """What a scope is called in the reader's language."""
    return str(SCOPES["company"]) if scope.kind == scopes.COMPANY else name_of(scope)


def name_of(unit: Scope | Unit | Line) -> str:
    """A unit's name in the reader's language."""
    chinese = wording.is_chinese(translation.get_language() or "zh-hans")
    return (unit.name if chinese else unit.name_en or unit.name) or _("未归属")


def step_name(line: Line, step: str) -> str:
    """The words for a step of time: 9:00, 11月2日 周一, 11月2日–8日, 2026年11月."""
    if step == "hour" and line.begins is not None:
        return f"{timezone.localtime(line.begins).hour}:00"
    if line.days is None:
        return "–"
    if step == "day":
        return day_name(line.days.since)
    if step == "week":
        return days_name(line.days)
    day = line.days.since
    if step == "month":
        return _("%(year)s年%(month)s月") % {"year": day.year, "month": day.month}
    return _("%(year)s年第%(quarter)s季度") % {"year": day.year, "quarter": (day.month - 1) // 3 + 1}


def day_name(day: date) -> str:
    """A date with its weekday; the year where it is not this one is left to the heading."""
    language = translation.get_language() or "zh-hans"
    weekday = wording.WEEKDAYS[day.weekday()][0 if wording.is_chinese(language) else 1]
    return f"{day:%m-%d} {weekday}"


def days_name(days: Period) -> str:
    """2026-11-01 – 2026-11-30; one day alone."""
    return days.since.isoformat() if days.since == days.until else f"{days.since.isoformat()} – {days.until.isoformat()}"


def link(query: Mapping[str, str], **changed: str) -> str:
    """The page with some of the question changed; an empty word takes it out."""
    kept = {name: word for name, word in {**query, **changed}.items() if word}
    return f"/desk/reports/?{urlencode(kept)}"


def time_rows(report: Report, query: Mapping[str, str], *, which: Sequence[Measure] = ON_PAGE) -> list[Row]:
    """By time; a step leads to the days in it, a day to its hours."""
    rows = []
    for line in report.times:
        url = ""
        if line.days is not None and report.step != "hour" and line.days != report.period:
            days = {"since": line.days.since.isoformat(), "until": line.days.until.isoformat()}
            url = link(query, period="own", was="", step="", **days)
        rows.append(row(line, step_name(line, report.step), url=url, which=which))
    return rows


def unit_rows(report: Report, query: Mapping[str, str], *, which: Sequence[Measure] = ON_PAGE) -> list[Row]:
    """By unit; one leads to what is in it."""
    return [
        row(
            line,
            name_of(line),
            url=link(query, scope=f"{report.unit}:{line.id}", unit="", other="", versus=_still(query)) if line.name else "",
            which=which,
        )
        for line in report.units
    ]


def _still(query: Mapping[str, str]) -> str:
    """What a smaller unit is compared with: days as before, another unit no more."""
    return "" if query.get("versus") == "unit" else query.get("versus", "")


def title(report: Report) -> str:
    """静安店 · 2026-11-01 – 2026-11-30."""
    return f"{scope_name(report.scope)} · {days_name(report.period)}"


def compared(report: Report) -> str:
    """What it is compared with, in words; empty for nothing."""
    if report.compared is None:
        return ""
    return f"{scope_name(report.other or report.scope)} · {days_name(report.compared)}"


def made(by_alias: str, now: datetime) -> str:
    """Who made it, and when; for what leaves the building."""
    at = timezone.localtime(now)
    return _("由 %(who)s 于 %(at)s 生成 · 只有数量，没有会员信息") % {"who": by_alias, "at": f"{at:%Y-%m-%d %H:%M}"}
