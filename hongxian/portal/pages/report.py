"""/report/: a suspicion, for the fraud desk. Nobody learns who reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hongxian.kernel.refusal import Refusal
from hongxian.portal import door, reporting
from hongxian.safety.kinds import Kind

if TYPE_CHECKING:
    from django.http import HttpResponse


class ReportForm(forms.Form):
    """Who, what kind, and what happened."""

    staff = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    kind = forms.ChoiceField(choices=Kind.choices)
    text = forms.CharField(required=False, max_length=2000, widget=forms.Textarea)


@never_cache
@require_http_methods(["GET", "POST"])
@door.visitor_page
def report(request: door.PortalRequest) -> HttpResponse:
    """GET asks; POST hands it in and says so."""
    context: dict[str, object] = {
        "known": request.visit.known,
        "kinds": Kind.choices,
        "here": "report",
        "text": "",
        "problem": "",
    }
    context["staff"] = reporting.known_staff(visit=request.visit) if request.visit.known else []
    if request.method == "GET":
        return door.render(request, "portal/report/report.html", context)
    form = ReportForm(request.POST)
    if not form.is_valid():
        context |= {"problem": _("请选择可疑的情况；最多 2000 字。"), "text": request.POST.get("text", "")}
        return door.render(request, "portal/report/report.html", context, status=422)
    given = form.cleaned_data
    try:
        reporting.report(visit=request.visit, staff_id=given["staff"], kind=given["kind"], text=given["text"], now=request.now)
    except Refusal as refusal:
        context |= {"problem": refusal.message, "text": given["text"]}
        return door.render(request, "portal/report/report.html", context, status=refusal.status)
    return door.render(request, "portal/report/done.html", {"here": "report"})
