"""/stop/: the visitor's own "no" and its lifting. /s/<token>/: the same "no" from the link in a text, without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.portal import door, stopping

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@never_cache
@require_http_methods(["GET", "POST"])
@door.visitor_page
def stop(request: door.PortalRequest) -> HttpResponse:
    """POST stops all contact, in one press; GET says how things stand, and offers to lift it."""
    if request.method == "POST":
        stopping.stop(visit=request.visit, via="portal", now=request.now)
        return door.redirect("/stop/")
    return _page(request)


def _page(request: door.PortalRequest, *, problem: object = "", status: int = 200) -> HttpResponse:
    said = stopping.noes(visit=request.visit)
    context = {
        "noes": said,
        "stopped": stopping.stopped(said),
        "fresh": request.now - request.visit.opened_at <= stopping.FRESH,
        "known": request.visit.known,
        "problem": problem,
        "here": "stop",
    }
    return door.render(request, "portal/stop/stop.html", context, status=status)


@require_POST
@door.visitor_page
def lift(request: door.PortalRequest) -> HttpResponse:
    """恢复联系: only here, only by the person, with a code of just now and a fresh consent."""
    try:
        stopping.lift(visit=request.visit, purposes=request.POST.getlist("purpose"), now=request.now)
    except (stopping.NothingAgreed, stopping.NotFresh) as refusal:
        return _page(request, problem=refusal.message, status=refusal.status)
    return door.redirect("/stop/")


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button, so that whoever fetches links ahead stops nothing; POST stops all contact."""
    visit = door.visit_behind(token)
    if visit is None:
        message = _("这个链接已失效。您可以用手机号码登录，同样一键停止联系。")
        return door.refused(request, NotFound(message))
    if request.method == "GET":
        stopped = stopping.stopped(stopping.noes(visit=visit))
        return door.render(request, "portal/stop/link.html", {"stopped": stopped})
    try:
        stopping.stop(visit=visit, via="link", now=timezone.now())
    except Refusal as refusal:
        return door.refused(request, refusal)
    return door.render(request, "portal/stop/link.html", {"stopped": True, "just_now": True})
