"""/desk/incidents/: the incident wizard: what happened, whom it touches, what they are told, the report, the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.consent.purposes import catalogue
from hongxian.desk import door, resource_numbers
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.rights import affected, incidents, jobs, noticing, staff

if TYPE_CHECKING:
    from collections.abc import Callable

A_MINUTE = timedelta(minutes=1)
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
PROCESSES = {
    "desk": gettext_lazy("工作台"),
    "worker": gettext_lazy("后台任务"),
    "dialer": gettext_lazy("电话"),
    "portal": gettext_lazy("我的数据"),
}
ACTS = {"notified": incidents.notify, "reported": incidents.report, "closed": incidents.close}
TOLD = {
    "notified": gettext_lazy("已告知：受影响的人现在在“我的数据”里看得到。"),
    "reported": gettext_lazy("已登记：报告已送交主管部门。"),
    "closed": gettext_lazy("已结案。"),
}


class IncidentForm(forms.Form):
    """What happened, and whom to look for."""

    kind = forms.ChoiceField(choices=incidents.Kind.choices)
    discovered_at = forms.DateTimeField(input_formats=MOMENTS)
    begins_at = forms.DateTimeField(input_formats=MOMENTS, required=False)
    ends_at = forms.DateTimeField(input_formats=MOMENTS, required=False)
    employee_no = forms.CharField(max_length=16, required=False)
    store = forms.CharField(max_length=8, required=False)
    process = forms.CharField(max_length=10, required=False)
    listed = forms.CharField(max_length=100_000, required=False)
    listed_fields = forms.MultipleChoiceField(choices=lambda: [(name, name) for name in catalogue().fields], required=False)


class TextsForm(forms.Form):
    """Measures and notices."""

    cause = forms.CharField(max_length=incidents.LONGEST_TEXT)
    harm = forms.CharField(max_length=incidents.LONGEST_TEXT)
    measures = forms.CharField(max_length=incidents.LONGEST_TEXT)
    advice = forms.CharField(max_length=incidents.LONGEST_TEXT)
    contact = forms.CharField(max_length=incidents.LONGEST_TEXT)
    notice_zh = forms.CharField(max_length=incidents.LONGEST_TEXT)
    notice_en = forms.CharField(max_length=incidents.LONGEST_TEXT)


@require_safe
@door.staff_page(Permission.RIGHTS_INCIDENT_HANDLE)
def listing(request: door.DeskRequest) -> HttpResponse:
    """Every incident, the open ones first."""
    return door.render(request, "desk/incidents/incidents.html", {"incidents": incidents.incidents(by=request.actor)})


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.RIGHTS_INCIDENT_HANDLE)
def new(request: door.DeskRequest) -> HttpResponse:
    """Step 1: what happened. The worker then counts whom it touches."""
    if request.method == "GET":
        return _form(request, {}, status=200)
    form = IncidentForm(request.POST)
    if not form.is_valid():
        return _form(request, {"refusal": _("请检查类型、时间和字段。"), "form": form.data}, status=422)
    try:
        scope = _scope(form.cleaned_data)
        with transaction.atomic():
            incident_id = incidents.open_incident(
                by=request.actor,
                kind=form.cleaned_data["kind"],
                discovered_at=form.cleaned_data["discovered_at"],
                scope=scope,
                now=request.now,
            )
            jobs.put_in_line(incident_id=incident_id)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _form(request, {"refusal": refusal.message, "form": form.data}, status=refusal.status)
    return door.redirect(f"/desk/incidents/{incident_id}/")


@require_safe
@door.staff_page(Permission.RIGHTS_INCIDENT_HANDLE)
def one(request: door.DeskRequest, incident_id: int) -> HttpResponse:
    """The wizard, at the step that is next. It asks again every two seconds while the worker counts."""
    return _page(request, incident_id, {}, status=200)


@require_POST
@door.staff_page(Permission.RIGHTS_INCIDENT_HANDLE)
def texts(request: door.DeskRequest, incident_id: int) -> HttpResponse:
    """Step 3: measures and the notices in both languages."""
    form = TextsForm(request.POST)
    if not form.is_valid():
        return _page(request, incident_id, {"refusal": _("每一项都要填写，每项不超过 4000 字。"), "form": form.data}, status=422)

    def write() -> None:
        given = incidents.Texts(**form.cleaned_data)
        incidents.write(by=request.actor, incident_id=incident_id, texts=given, now=request.now)

    return _act(request, incident_id, write, _("已保存。"))


@require_POST
@door.staff_page(Permission.RIGHTS_INCIDENT_HANDLE)
def step(request: door.DeskRequest, incident_id: int, act: str) -> HttpResponse:
    """Steps 4 to 6: told, reported, closed."""
    return _act(request, incident_id, lambda: ACTS[act](by=request.actor, incident_id=incident_id, now=request.now), TOLD[act])


@require_safe
@door.staff_page(Permission.RIGHTS_INCIDENT_HANDLE)
def report(request: door.DeskRequest, incident_id: int) -> HttpResponse:
    """The report to the authority as a file; counts, no names."""
    by = request.actor
    found = incidents.incident(by=by, incident_id=incident_id)
    cities = affected.by_city(by=by, incident_id=incident_id)
    text = noticing.report(found, cities, affected.by_field(by=by, incident_id=incident_id), now=request.now)
    answer = HttpResponse("\ufeff" + text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="incident-{incident_id}.txt"'
    return answer


@require_safe
@door.staff_page(Permission.RIGHTS_INCIDENT_HANDLE)
def people(request: door.DeskRequest, incident_id: int, city_id: int) -> HttpResponse:
    """Whom it touches in one city, by resource number, a hundred a page; each finds a trace of it."""
    found = incidents.incident(by=request.actor, incident_id=incident_id)
    after = request.GET.get("after", "")
    rows = affected.page(
        by=request.actor,
        incident_id=incident_id,
        city_id=city_id,
        after=int(after) if after.removeprefix("-").isdecimal() else None,
        now=request.now,
    )
    if not rows:
        raise NotFound
    context = {
        "incident": found,
        "rows": rows,
        "city_code": resource_numbers.code_of(city_id),
        "city_id": city_id,
        "next": rows[-1].member_id if len(rows) == affected.PAGE else None,
    }
    return door.render(request, "desk/incidents/people.html", context)


def _scope(given: dict[str, object]) -> incidents.Scope:
    """
    Whom to look for. The last minute that was typed is looked at to its end.

    :raises incidents.BadIncident: an employee, a store or a resource number that is not there.
    """
    listed, unread = resource_numbers.read_all(str(given["listed"]))
    if unread:
        raise incidents.BadIncident(_("认不出的资源编号：%s") % "、".join(unread[:5]))
    store_code, employee_no = str(given["store"]), str(given["employee_no"])
    store = org.store(code=store_code) if store_code else None
    if store_code and store is None:
        raise incidents.BadIncident(_("没有这家门店。"))
    begins_at, ends_at, fields = given["begins_at"], given["ends_at"], given["listed_fields"]
    return incidents.Scope(
        begins_at=begins_at if isinstance(begins_at, datetime) else None,
        ends_at=ends_at + A_MINUTE if isinstance(ends_at, datetime) else None,
        staff_id=staff.numbered(employee_no=employee_no) if employee_no else None,
        store_id=store.store_id if store else None,
        process=str(given["process"]),
        listed=listed,
        listed_fields=[str(each) for each in fields] if isinstance(fields, list) else [],
    )


def _act(request: door.DeskRequest, incident_id: int, act: Callable[[], None], told: object) -> HttpResponse:
    try:
        act()
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, incident_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, str(told))
    return door.redirect(f"/desk/incidents/{incident_id}/")


def _form(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    data = request.POST
    context: dict[str, object] = {
        "kinds": incidents.Kind.choices,
        "processes": PROCESSES,
        "stores": org.stores(),
        "fields": [(name, field.zh, field.en) for name, field in catalogue().fields.items()],
        "ticked": data.getlist("listed_fields"),
        "latest": request.now.astimezone(COMPANY_ZONE).strftime("%Y-%m-%dT%H:%M"),
    }
    return door.render(request, "desk/incidents/new.html", context | more, status=status)


def _page(request: door.DeskRequest, incident_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    by = request.actor
    found = incidents.incident(by=by, incident_id=incident_id)
    counted = found.counted_at is not None
    cities = affected.by_city(by=by, incident_id=incident_id) if counted else []
    fields = affected.by_field(by=by, incident_id=incident_id) if counted else []
    context: dict[str, object] = {
        "incident": found,
        "process": PROCESSES.get(found.process, ""),
        "cities": cities,
        "fields": fields,
        "total": sum(each.people for each in cities),
        "most": max((each.people for each in fields), default=1),
        "drafts": noticing.drafts(found, fields) if counted else None,
        "longest": incidents.LONGEST_TEXT,
    }
    return door.render(request, "desk/incidents/incident.html", context | more, status=status)
