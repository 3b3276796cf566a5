"""/desk/reports/: the work of any unit over any days, beside other days or another unit; down to counts, as workbook and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hongxian.desk import charts, door, report_book, report_pdf
from hongxian.desk import report_tables as tables
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.reports import building, measures, periods, scopes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hongxian.kernel.actor import Actor
    from hongxian.reports.building import Asked, Line, Report

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERIODS = {
    "today": gettext_lazy("今天"),
    "yesterday": gettext_lazy("昨天"),
    "week": gettext_lazy("本周"),
    "last_week": gettext_lazy("上周"),
    "month": gettext_lazy("本月"),
    "last_month": gettext_lazy("上月"),
    "quarter": gettext_lazy("本季度"),
    "last_quarter": gettext_lazy("上季度"),
    "own": gettext_lazy("自己选"),
}
VERSUS = {
    "": gettext_lazy("不比较"),
    "before": gettext_lazy("上期（环比）"),
    "year": gettext_lazy("去年（同比）"),
    "own": gettext_lazy("自己选的日期"),
    "unit": gettext_lazy("另一个单位"),
}
FIRST_UNITS = {"company": "store", "city": "store", "store": "team", "team": "consultant", "consultant": ""}
TILES = ("calls", "connects", "arrived", "contracts", "yuan", "noes")
DRAWN = 20
LARGEST = 2**63 - 1


class ReportForm(forms.Form):
    """What somebody wants to see."""

    period = forms.ChoiceField(choices=list(PERIODS.items()), required=False)
    was = forms.CharField(required=False, max_length=20)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    scope = forms.RegexField(r"^[a-z]+:\d{1,19}$", required=False)
    step = forms.ChoiceField(choices=[("", ""), *tables.STEPS.items()], required=False)
    unit = forms.ChoiceField(choices=[("", ""), *tables.SCOPES.items()], required=False)
    versus = forms.ChoiceField(choices=list(VERSUS.items()), required=False)
    then_since = forms.DateField(required=False)
    then_until = forms.DateField(required=False)
    other = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    show = forms.ChoiceField(choices=[(each.code, each.code) for each in measures.MEASURES], required=False)


@require_safe
@door.staff_page(Permission.REPORTS_PERIOD_READ)
def reports(request: door.DeskRequest) -> HttpResponse:
    """The page; without a question this month of the largest unit that somebody answers for."""
    given = _given(request)
    asked, named = _asked(request.actor, given, day_of(request.now))
    found = building.report(by=request.actor, asked=asked)
    query = {name: str(word) for name, word in request.GET.items()}
    shown = measures.BY_CODE[given["show"] or "calls"]
    unit_name = str(tables.SCOPES[asked.unit]) if asked.unit else ""
    context = {
        "report": found,
        "title": tables.title(found),
        "compared": tables.compared(found),
        "path": [
            (tables.scope_name(each), tables.link(query, scope=f"{each.kind}:{each.id}", unit=""))
            for each in _path(request, asked)
        ],
        "tiles": [tables.cell(measures.BY_CODE[code], found.total.counts, found.total.then) for code in TILES],
        "total": tables.row(found.total, _("合计")),
        "times": tables.time_rows(found, query),
        "units": tables.unit_rows(found, query),
        "heads": [str(each.name) for each in tables.ON_PAGE],
        "charts": _charts(found, shown),
        "shown": str(shown.name),
        "unit_name": unit_name,
        "step_name": str(tables.STEPS[asked.step]),
        "query": request.GET.urlencode(),
        **_choices(request.actor, asked, given, named),
    }
    return door.render(request, "desk/reports/reports.html", context)


@require_safe
@door.staff_page(Permission.REPORTS_PERIOD_READ)
def workbook(request: door.DeskRequest) -> HttpResponse:
    """The same as an .xlsx file, with every unit in every step beside it."""
    asked, _named = _asked(request.actor, _given(request), day_of(request.now))
    found = building.report(by=request.actor, asked=asked)
    details = building.details(by=request.actor, asked=asked, most=report_book.MOST)
    made = tables.made(request.actor.alias, request.now)
    return _file(report_book.write(found, details, made=made), XLSX, found, "xlsx")


@require_safe
@door.staff_page(Permission.REPORTS_PERIOD_READ)
def printed(request: door.DeskRequest) -> HttpResponse:
    """The same as a PDF, for the wall and the file."""
    given = _given(request)
    asked, _named = _asked(request.actor, given, day_of(request.now))
    found = building.report(by=request.actor, asked=asked)
    shown = measures.BY_CODE[given["show"] or "calls"]
    made = tables.made(request.actor.alias, request.now)
    return _file(report_pdf.write(found, shown, made=made), "application/pdf", found, "pdf")


def _file(body: bytes, kind: str, report: Report, ending: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=kind)
    days = f"{report.period.since}-{report.period.until}"
    answer["Content-Disposition"] = f'attachment; filename="report-{report.scope.kind}-{report.scope.id}-{days}.{ending}"'
    return answer


def _given(request: door.DeskRequest) -> dict[str, Any]:
    form = ReportForm(request.GET)
    if not form.is_valid():
        raise building.BadReport
    return form.cleaned_data


def _asked(by: Actor, given: dict[str, Any], today: date) -> tuple[Asked, str]:
    """The question, and the name of its period."""
    named, period = _period(given, today)
    kind, _colon, number = given["scope"].partition(":")
    scope = scopes.of(by, kind=kind, number=_number(number)) if kind else scopes.own(by)
    unit = given["unit"] if given["unit"] in scope.below else FIRST_UNITS[scope.kind]
    versus, days, other = given["versus"], None, None
    if versus == "own":
        if given["then_since"] is None or given["then_until"] is None:
            versus = ""  # chosen a moment ago, the days are not filled in yet
        else:
            days = periods.of(given["then_since"], given["then_until"])
    if versus == "unit":
        if given["other"] is None:
            versus = ""
        else:
            other = scopes.of(by, kind=scope.kind, number=given["other"])
    step = given["step"] or periods.step_of(period)
    if step == "hour" and period.days > 1:
        step = periods.step_of(period)
    return building.Asked(scope=scope, period=period, step=step, unit=unit, versus=versus, days=days, other=other), named


def _number(text: str) -> int:
    number = int(text)
    if number > LARGEST:
        raise building.BadReport
    return number


def _period(given: dict[str, Any], today: date) -> tuple[str, periods.Period]:
    since, until = given["since"], given["until"]
    named = given["period"] or ("own" if since and until else "month")
    if named == "own":
        if since is None or until is None:
            raise periods.BadPeriod
        return named, periods.of(since, until)
    period = periods.named(named, today=today)
    if given["was"] == named and since and until and (since, until) != (period.since, period.until):
        return "own", periods.of(since, until)  # somebody chose days and left the list as it was
    return named, period


def _path(request: door.DeskRequest, asked: Asked) -> list[scopes.Scope]:
    return scopes.above(asked.scope, request.actor)


def _choices(by: Actor, asked: Asked, given: dict[str, Any], named: str) -> dict[str, Any]:
    """What the form offers, and what is chosen in it."""
    scope, largest = asked.scope, scopes.own(by)
    groups = [
        (str(tables.SCOPES[kind]), [(f"{kind}:{each.id}", tables.name_of(each)) for each in units])
        for kind, units in scopes.choices(by, near=scope)
        if units
    ]
    versus = {code: name for code, name in VERSUS.items() if code != "unit" or scope.kind != largest.kind}
    return {
        "periods": PERIODS,
        "period": named,
        "largest": (f"{largest.kind}:{largest.id}", tables.scope_name(largest)),
        "scopes": groups,
        "chosen": f"{scope.kind}:{scope.id}",
        "steps": [(code, name) for code, name in tables.STEPS.items() if code != "hour" or asked.period.days == 1],
        "step": asked.step,
        "unit_choices": [(kind, tables.SCOPES[kind]) for kind in scope.below],
        "unit": asked.unit,
        "versus_choices": versus,
        "versus": given["versus"] if given["versus"] in versus else "",
        "then_since": given["then_since"],
        "then_until": given["then_until"],
        "others": [(each.id, tables.name_of(each)) for each in scopes.like(by, scope=scope)] if given["versus"] == "unit" else [],
        "other": given["other"],
        "measures": [(each.code, each.name) for each in measures.MEASURES],
        "show": given["show"] or "calls",
        "most": building.LISTED,
    }


def _charts(report: Report, shown: measures.Measure) -> dict[str, str]:
    labels = [tables.step_name(line, report.step) for line in report.times]
    names = [tables.name_of(line) for line in report.units[:DRAWN]]
    return {
        "times": _bars(labels, report.times, report, shown, lying=False),
        "units": _bars(names, report.units[:DRAWN], report, shown, lying=True),
    }


def _bars(labels: Sequence[str], lines: Sequence[Line], report: Report, shown: measures.Measure, *, lying: bool) -> str:
    series = [(tables.title(report), "bad", [shown.value(line.counts) for line in lines])]
    if any(line.then is not None for line in lines):
        series.append((tables.compared(report), "wait", [shown.value(line.then) if line.then else 0 for line in lines]))
    return charts.bars(labels, *series, lying=lying, stacked=False, beside=True)
