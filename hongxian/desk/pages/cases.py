"""/desk/cases/: the fraud desk's queue of suspicions, and one case with what may be done. Nowhere stands who reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.permissions import Permission
from hongxian.safety import cases, kinds
from hongxian.safety.reporting import LONGEST

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@door.staff_page(Permission.SAFETY_CASE_HANDLE)
def queue(request: door.DeskRequest) -> HttpResponse:
    """What waits and what is looked at; with ?closed=1 what is done."""
    closed = request.GET.get("closed") == "1"
    lines = cases.queue(by=request.actor, closed=closed)
    context = {
        "lines": lines,
        "closed": closed,
        "waiting": sum(each.state == kinds.OPEN for each in lines),
        "looking": sum(each.state == kinds.LOOKING for each in lines),
        "me": request.actor.staff_id,
    }
    return door.render(request, "desk/cases/queue.html", context)


@never_cache
@require_safe
@door.staff_page(Permission.SAFETY_CASE_HANDLE)
def case(request: door.DeskRequest, city_id: int, case_id: int) -> HttpResponse:
    """One case; its words only to whom has taken it."""
    return _page(request, city_id, case_id, {}, status=200)


@require_POST
@door.staff_page(Permission.SAFETY_CASE_HANDLE)
def take(request: door.DeskRequest, city_id: int, case_id: int) -> HttpResponse:
    """受理."""
    try:
        cases.take(by=request.actor, city_id=city_id, case_id=case_id, now=request.now)
    except cases.CannotHandle as refusal:
        return _page(request, city_id, case_id, {"refusal": refusal.message}, status=refusal.status)
    return door.redirect(f"/desk/cases/{city_id}/{case_id}/")


@require_POST
@door.staff_page(Permission.SAFETY_CASE_HANDLE)
def note(request: door.DeskRequest, city_id: int, case_id: int) -> HttpResponse:
    """A sealed note."""
    text = request.POST.get("text", "")
    try:
        cases.note(by=request.actor, city_id=city_id, case_id=case_id, text=text, now=request.now)
    except cases.CannotHandle as refusal:
        return _page(request, city_id, case_id, {"refusal": refusal.message, "text": text}, status=refusal.status)
    messages.success(request, _("已记录。"))
    return door.redirect(f"/desk/cases/{city_id}/{case_id}/")


@require_POST
@door.staff_page(Permission.SAFETY_CASE_HANDLE)
def let_go(request: door.DeskRequest, city_id: int, case_id: int) -> HttpResponse:
    """退回待受理."""
    try:
        cases.let_go(by=request.actor, city_id=city_id, case_id=case_id, now=request.now)
    except cases.CannotHandle as refusal:
        return _page(request, city_id, case_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("已退回待受理。"))
    return door.redirect("/desk/cases/")


@require_POST
@door.staff_page(Permission.SAFETY_CASE_HANDLE)
def close(request: door.DeskRequest, city_id: int, case_id: int) -> HttpResponse:
    """结案, with its result."""
    result, text = request.POST.get("result", ""), request.POST.get("text", "")
    try:
        cases.close(by=request.actor, city_id=city_id, case_id=case_id, result=result, text=text, now=request.now)
    except cases.CannotHandle as refusal:
        return _page(request, city_id, case_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("已结案。"))
    return door.redirect("/desk/cases/")


def _page(request: door.DeskRequest, city_id: int, case_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    context: dict[str, object] = {
        "page": cases.page(by=request.actor, city_id=city_id, case_id=case_id, now=request.now),
        "results": kinds.Result.choices,
        "longest": LONGEST,
        "text": "",
    }
    return door.render(request, "desk/cases/case.html", context | more, status=status)
