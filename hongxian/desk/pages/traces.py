"""/desk/traces/: who looked at or touched whom, when and why, for the auditor. Looking here is a trace, too."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hongxian.audit import queries
from hongxian.desk import door
from hongxian.kernel.clock import COMPANY_ZONE, start_of
from hongxian.kernel.permissions import Permission
from hongxian.org import queries as org

if TYPE_CHECKING:
    from django.http import HttpResponse

OUTCOMES = (("", ""), ("allowed", "allowed"), ("denied", "denied"))
FIRST_DAY = datetime(2000, 1, 1, tzinfo=COMPANY_ZONE)


class FilterForm(forms.Form):
    """What to look for; everything may be left out."""

    city = forms.CharField(max_length=2, required=False)
    staff = forms.CharField(max_length=16, required=False)
    member = forms.RegexField(r"^[A-Za-z0-9]{2}\d{1,18}$", required=False, strip=True)
    action = forms.RegexField(r"^[a-z_.]{1,40}$", required=False)
    outcome = forms.ChoiceField(choices=OUTCOMES, required=False)
    day = forms.DateField(required=False)
    before = forms.IntegerField(min_value=0, max_value=queries.NEWEST, required=False)


@never_cache
@require_safe
@door.staff_page(Permission.AUDIT_TRACE_READ)
def traces(request: door.DeskRequest) -> HttpResponse:
    """A page of traces, the newest first."""
    form = FilterForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    if not form.is_valid() or (asked["member"] and _member(asked["member"]) is None):
        return door.render(request, "desk/traces/traces.html", _context(request, asked, wrong=True), status=422)
    rows = queries.traces(by=request.actor, wanted=_wanted(request, asked), before=asked["before"], now=request.now)
    context = _context(request, asked) | {"rows": rows, "first": asked["before"] is None}
    if len(rows) == queries.PAGE:
        kept = {name: value for name, value in request.GET.items() if name in form.fields and value}
        context["next"] = urlencode(kept | {"before": rows[-1].id})
    return door.render(request, "desk/traces/traces.html", context)


def _wanted(request: door.DeskRequest, asked: dict[str, Any]) -> queries.Wanted:
    day = asked["day"]
    return queries.Wanted(
        since=start_of(day) if day else FIRST_DAY,
        until=start_of(day) + timedelta(days=1) if day else request.now + timedelta(days=1),
        city=asked["city"] or None,
        employee_no=asked["staff"] or None,
        action=asked["action"] or None,
        outcome=asked["outcome"] or None,
        member=_member(asked["member"]) if asked["member"] else None,
    )


def _member(number: str) -> tuple[int, int] | None:
    """A resource number as city and member; None where there is no such city."""
    found = next((city for city in org.cities() if city.code.lower() == number[:2].lower()), None)
    return None if found is None or int(number[2:]) >= queries.NEWEST else (found.city_id, int(number[2:]))


def _context(request: door.DeskRequest, asked: dict[str, Any], *, wrong: bool = False) -> dict[str, Any]:
    given = {name: request.GET.get(name, "")[:40] for name in FilterForm.base_fields}
    return {
        "asked": given,
        "some": any(given.values()),
        "cities": org.cities(),
        "wrong": wrong,
        "rows": [],
        "day": asked.get("day"),
    }
