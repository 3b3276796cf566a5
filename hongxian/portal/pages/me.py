"""/me/: everything about the visitor on one page, and as files to keep or to take elsewhere; deleting all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hongxian.portal import copying, deleting, door, grades, me, stopping

if TYPE_CHECKING:
    from collections.abc import Callable

JSON, XLSX = "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_safe
@door.visitor_page
def page(request: door.PortalRequest) -> HttpResponse:
    """The whole copy, readable."""
    copy = copying.copy_of(visit=request.visit, way="page", now=request.now)
    context = {
        "facts": me.facts(copy, now=request.now),
        "notes": me.notes(copy, now=request.now),
        "grade": grades.own_grade(visit=request.visit) if request.visit.state != "deceased" else None,
        "parts": me.everything(copy, now=request.now),
        "state": request.visit.state,
        "known": request.visit.known,
        "here": "home",
    }
    return door.render(request, "portal/me/me.html", context)


@never_cache
@require_safe
@door.visitor_page
def copy_json(request: door.PortalRequest) -> HttpResponse:
    """The copy for machines."""
    return _file(request, "json", copying.as_json, JSON)


@never_cache
@require_safe
@door.visitor_page
def copy_xlsx(request: door.PortalRequest) -> HttpResponse:
    """The copy as a workbook."""
    return _file(request, "xlsx", copying.as_xlsx, XLSX)


def _file(request: door.PortalRequest, way: str, write: Callable[[copying.Copy], bytes], kind: str) -> HttpResponse:
    copy = copying.copy_of(visit=request.visit, way=way, now=request.now)
    answer = HttpResponse(write(copy), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="my-data-{request.now:%Y%m%d}.{way}"'
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
@door.visitor_page
def delete(request: door.PortalRequest) -> HttpResponse:
    """What goes, what stays, and one press that is final. The press ends the visit."""
    if request.method == "GET":
        said = stopping.noes(visit=request.visit)
        context = {
            "possible": request.visit.known and request.visit.state != "deceased",
            "stopped": stopping.stopped(said),
            "here": "home",
        }
        return door.render(request, "portal/me/delete.html", context)
    deleting.delete(visit=request.visit, stop=request.POST.get("stop") == "1", now=request.now)
    answer = door.render(request, "portal/me/deleted.html", {"stop": request.POST.get("stop") == "1"})
    answer.delete_cookie(door.COOKIE, samesite="Lax")
    return answer
