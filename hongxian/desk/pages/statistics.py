"""/desk/texts/statistics/: texts and calls over some days, in charts, tables and as a workbook. Counts only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hongxian.desk import charts, door, statistics_book
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.outreach import statistics as counts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from hongxian.outreach.statistics import CallLine, TextLine

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERIODS = {
    "today": gettext_lazy("今天"),
    "yesterday": gettext_lazy("昨天"),
    "week": gettext_lazy("最近 7 天"),
    "month": gettext_lazy("最近 30 天"),
    "own": gettext_lazy("自己选"),
}
BREAKDOWNS = {
    "hour": gettext_lazy("时段"),
    "day": gettext_lazy("日期"),
    "consultant": gettext_lazy("顾问"),
    "team": gettext_lazy("团队"),
    "store": gettext_lazy("门店"),
    "template": gettext_lazy("短信模板"),
    "how": gettext_lazy("发送方式"),
}
DRAWN = 15  # so many names in one chart; the table has them all


class PeriodForm(forms.Form):
    """Which days, and by what."""

    period = forms.ChoiceField(choices=list(PERIODS.items()), required=False)
    was = forms.CharField(required=False, max_length=10)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    by = forms.ChoiceField(choices=list(BREAKDOWNS.items()), required=False)


@require_safe
@door.staff_page(Permission.REPORTS_CONTACT_READ)
def statistics(request: door.DeskRequest) -> HttpResponse:
    """The page; without a period the last seven days."""
    asked = _asked(request)
    days, how = asked["days"], asked["how"]
    context = asked | {
        "total": _total(days),
        "manual": _total([line for line in how if line.name in {"hand", "library"}]),
        "automatic": _total([line for line in how if line.name not in {"hand", "library"}]),
        "charts": _charts(asked),
        "breakdown": str(BREAKDOWNS[asked["by"]]),
        "periods": PERIODS,
        "breakdowns": [(code, BREAKDOWNS[code]) for code in counts.breakdowns(request.actor)],
        "query": request.GET.urlencode(),
        "most": counts.LISTED,
    }
    return door.render(request, "desk/statistics/statistics.html", context)


@require_safe
@door.staff_page(Permission.REPORTS_CONTACT_READ)
def workbook(request: door.DeskRequest) -> HttpResponse:
    """The same numbers as a file."""
    asked = _asked(request)
    answer = HttpResponse(statistics_book.write(asked, head=str(BREAKDOWNS[asked["by"]])), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="statistics-{asked["since"]}-{asked["until"]}.xlsx"'
    return answer


def _asked(request: door.DeskRequest) -> dict[str, Any]:
    form = PeriodForm(request.GET)
    if not form.is_valid():
        raise counts.BadPeriod
    by, given, today = request.actor, form.cleaned_data, day_of(request.now)
    period = given["period"] or ("own" if given["since"] and given["until"] else "week")
    since, until = _days(period, given["since"], given["until"], today)
    if given["was"] == period and given["since"] and given["until"] and (given["since"], given["until"]) != (since, until):
        period, since, until = "own", given["since"], given["until"]  # somebody chose days and left the list as it was
    per = given["by"] or counts.own_breakdown(by)
    if per not in counts.breakdowns(by):
        raise counts.BadPeriod
    over = "hour" if since == until else "day"
    return {
        "period": period,
        "since": since,
        "until": until,
        "by": per,
        "over": over,
        "days": counts.texts(by=by, per=over, since=since, until=until),
        "how": counts.texts(by=by, per="how", since=since, until=until),
        "lines": counts.texts(by=by, per=per, since=since, until=until),
        "call_days": counts.calls(by=by, per=over, since=since, until=until),
        "call_lines": counts.calls(by=by, per=per, since=since, until=until) if per in counts.BY_CALLS else [],
    }


def _days(period: str, since: date | None, until: date | None, today: date) -> tuple[date, date]:
    if period == "own":
        if since is None or until is None:
            raise counts.BadPeriod
        return since, until
    back = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0), "month": (29, 0)}[period]
    return today - timedelta(days=back[0]), today - timedelta(days=back[1])


def _total(lines: Sequence[TextLine]) -> TextLine:
    names = ("handed", "parts", "delivered", "failed", "unknown", "dropped", "opted_out")
    sums = {name: sum(getattr(line, name) for line in lines) for name in names}
    return counts.TextLine(id=0, name="", name_en="", day=None, **sums)


def _charts(asked: dict[str, Any]) -> dict[str, str]:
    return {
        "days": _texts_chart(asked["days"], asked["over"], lying=False),
        "lines": _texts_chart(asked["lines"][:DRAWN], asked["by"], lying=asked["by"] not in {"hour", "day"}),
        "how": _texts_chart(asked["how"], "how", lying=True),
        "calls": _calls_chart(asked["call_days"], asked["over"]),
    }


def _texts_chart(lines: Sequence[TextLine], per: str, *, lying: bool) -> str:
    return charts.bars(
        [statistics_book.label_of(line, per) for line in lines],
        (_("送达"), "good", [line.delivered for line in lines]),
        (_("失败"), "bad", [line.failed for line in lines]),
        (_("不明"), "unknown", [line.unknown for line in lines]),
        (_("途中"), "wait", [line.under_way for line in lines]),
        lying=lying,
    )


def _calls_chart(lines: Sequence[CallLine], per: str) -> str:
    return charts.bars(
        [statistics_book.label_of(line, per) for line in lines],
        (_("通话"), "calm", [line.calls for line in lines]),
        (_("接通"), "bad", [line.connects for line in lines]),
        stacked=False,
    )
