"""/desk/exports/: a store's manager asks for a file, a second person decides, the manager fetches it once. Counts only on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.consent.purposes import catalogue
from hongxian.desk import door
from hongxian.kernel.permissions import Permission
from hongxian.outreach import export_file, exporting

if TYPE_CHECKING:
    from hongxian.kernel.refusal import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AskForm(forms.Form):
    """What for, whom, how many, and why."""

    purpose = forms.CharField(max_length=40)
    place = forms.CharField(required=False, max_length=12)
    cap = forms.IntegerField(min_value=1, max_value=exporting.MOST_ROWS)
    why = forms.CharField(max_length=exporting.LONGEST_WHY)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_EXPORT_REQUEST)
def exports(request: door.DeskRequest) -> HttpResponse:
    """The store's requests; POST asks for one more."""
    if request.method == "GET":
        return _page(request)
    form = AskForm(request.POST)
    try:
        if not form.is_valid():
            raise exporting.BadRequest
        exporting.ask(by=request.actor, **form.cleaned_data, now=request.now)
    except exporting.CannotExport as refusal:
        return _page(request, refusal)
    messages.success(request, _("已提交，等待第二个人批准。"))
    return door.redirect("/desk/exports/")


@never_cache
@require_POST
@door.staff_page(Permission.OUTREACH_EXPORT_REQUEST)
def fetch(request: door.DeskRequest, city_id: int, export_id: int) -> HttpResponse:
    """下载: the file, made now, once."""
    try:
        file = export_file.fetch(by=request.actor, city_id=city_id, export_id=export_id, now=request.now)
    except exporting.CannotExport as refusal:
        return _page(request, refusal)
    answer = HttpResponse(file.content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _page(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    names = catalogue().purposes
    chinese = request.LANGUAGE_CODE.startswith("zh")
    context = {
        "lines": exporting.exports_of_store(by=request.actor, now=request.now),
        "today": exporting.today_of_store(by=request.actor, now=request.now),
        "files_a_day": exporting.FILES_A_DAY,
        "rows_a_day": exporting.ROWS_A_DAY,
        "most": exporting.MOST_ROWS,
        "longest": exporting.LONGEST_WHY,
        "places": exporting.PLACES,
        "purposes": [(name, names[name].zh if chinese else names[name].en) for name in exporting.purposes_for(request.actor)],
        "me": request.actor.staff_id,
        "refusal": refusal.message if refusal else "",
        "asked": request.POST if refusal else {},
    }
    return door.render(request, "desk/exports/exports.html", context, status=refusal.status if refusal else 200)


@require_safe
@door.staff_page(Permission.OUTREACH_EXPORT_APPROVE)
def waiting(request: door.DeskRequest) -> HttpResponse:
    """What the company's stores asked for, for the second person."""
    return _waiting(request)


@require_POST
@door.staff_page(Permission.OUTREACH_EXPORT_APPROVE)
def approve(request: door.DeskRequest, city_id: int, export_id: int) -> HttpResponse:
    """批准."""
    try:
        exporting.approve(by=request.actor, city_id=city_id, export_id=export_id, now=request.now)
    except exporting.CannotExport as refusal:
        return _waiting(request, refusal)
    messages.success(request, _("已批准，24 小时内可下载一次。"))
    return door.redirect("/desk/exports/waiting/")


@require_POST
@door.staff_page(Permission.OUTREACH_EXPORT_APPROVE)
def refuse(request: door.DeskRequest, city_id: int, export_id: int) -> HttpResponse:
    """不批准, with a reason."""
    try:
        exporting.refuse(by=request.actor, city_id=city_id, export_id=export_id, why=request.POST.get("why", ""), now=request.now)
    except exporting.CannotExport as refusal:
        return _waiting(request, refusal)
    messages.success(request, _("已退回，不批准。"))
    return door.redirect("/desk/exports/waiting/")


def _waiting(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "lines": exporting.to_decide(by=request.actor, now=request.now),
        "places": exporting.PLACES,
        "longest": exporting.LONGEST_WHY,
        "me": request.actor.staff_id,
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/exports/waiting.html", context, status=refusal.status if refusal else 200)
