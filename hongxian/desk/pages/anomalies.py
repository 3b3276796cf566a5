"""/desk/anomalies/: viewing and texting that stands out against one's own days and the team's, with the reason; looked into with a note."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import charts, door
from hongxian.kernel.permissions import ROLE_NAMES, Permission, Role
from hongxian.kernel.refusal import Refusal
from hongxian.reports import anomalies as board

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from hongxian.reports.anomalies import DayLine

KINDS = {
    "viewed": gettext_lazy("查看会员"),
    "night": gettext_lazy("夜间查看"),
    "denied": gettext_lazy("越权尝试"),
    "texted": gettext_lazy("手动短信"),
}


class NoteForm(forms.Form):
    """What came of it."""

    result = forms.CharField(max_length=20, required=False)
    note = forms.CharField(max_length=board.LONGEST_NOTE + 100, required=False)


@require_safe
@door.staff_page(Permission.REPORTS_ANOMALY_READ)
def anomalies(request: door.DeskRequest) -> HttpResponse:
    """What is open, and the last thirty days."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    lines = board.anomalies(by=request.actor, now=request.now, kind=kind)
    context = {
        "open": [each for each in lines if each.open],
        "over": [each for each in lines if not each.open],
        "kinds": KINDS,
        "kind": kind,
        "results": board.RESULTS,
        "most": board.LISTED,
        "full": len(lines) == board.LISTED,
    }
    return door.render(request, "desk/anomalies/anomalies.html", context)


@require_safe
@door.staff_page(Permission.REPORTS_ANOMALY_READ)
def one(request: door.DeskRequest, city_id: int, anomaly_id: int) -> HttpResponse:
    """One of them: the days it stands out against, and what was found out."""
    return _page(request, city_id, anomaly_id)


@require_POST
@door.staff_page(Permission.REPORTS_ANOMALY_DECIDE)
def acknowledge(request: door.DeskRequest, city_id: int, anomaly_id: int) -> HttpResponse:
    """处理: a result and a note."""
    form = NoteForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"result": "", "note": ""}
    try:
        board.acknowledge(
            by=request.actor, city_id=city_id, anomaly_id=anomaly_id, result=given["result"], note=given["note"], now=request.now
        )
    except (board.BadNote, board.AlreadyNoted) as refusal:
        return _page(request, city_id, anomaly_id, refusal)
    messages.success(request, _("已记下处理结果。"))
    return door.redirect("/desk/anomalies/")


def _page(request: door.DeskRequest, city_id: int, anomaly_id: int, refusal: Refusal | None = None) -> HttpResponse:
    line, notes, days = board.anomaly(by=request.actor, city_id=city_id, anomaly_id=anomaly_id)
    context: dict[str, Any] = {
        "each": line,
        "kind_name": str(KINDS[line.kind]),
        "role_name": str(ROLE_NAMES[Role(line.role)]) if line.role else "",
        "notes": notes,
        "days": [(each.day, getattr(each, line.kind)) for each in reversed(days)],
        "chart": _chart(days, line.kind),
        "results": board.RESULTS,
        "may_note": request.actor.may(Permission.REPORTS_ANOMALY_DECIDE),
        "longest": board.LONGEST_NOTE,
        "refusal": refusal.message if refusal else "",
        "asked": request.POST if refusal else {},
    }
    return door.render(request, "desk/anomalies/anomaly.html", context, status=refusal.status if refusal else 200)


def _chart(days: Sequence[DayLine], kind: str) -> str:
    values = [getattr(each, kind) for each in days]
    return charts.bars([f"{each.day:%m-%d}" for each in days], (str(KINDS[kind]), "bad", values)) if days else json.dumps({})
