"""/: what the company holds and does about the visitor, in tiles; without a visit, what this place is. /source/: where from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hongxian.consent.purposes import catalogue
from hongxian.portal import asking_us, door, sources, stopping

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The tiles for somebody who signed in; the way in for everybody else."""
    if request.COOKIES.get(door.COOKIE):
        return _tiles(request)
    return door.render(request, "portal/welcome.html", {"notices": _notices()})


@door.visitor_page
def _tiles(request: door.PortalRequest) -> HttpResponse:
    stopped = stopping.stopped(stopping.noes(visit=request.visit))
    context = {
        "known": request.visit.known,
        "stopped": stopped,
        "state": request.visit.state,
        "told": len(asking_us.told(visit=request.visit)),
        "here": "home",
    }
    return door.render(request, "portal/home.html", context)


@never_cache
@require_safe
@door.visitor_page
def source(request: door.PortalRequest) -> HttpResponse:
    """Where did you get my number? One screen; also for a number that nobody knows."""
    found = sources.source_of(visit=request.visit, now=request.now)
    return door.render(request, "portal/source.html", {"source": found, "here": "home"})


@never_cache
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The purposes in force, in plain words."""
    return door.render(request, "portal/notices.html", {"notices": _notices()})


def _notices() -> list[tuple[str, str]]:
    chinese = door.chinese()
    return [
        (purpose.zh, purpose.notice_zh) if chinese else (purpose.en, purpose.notice_en)
        for purpose in catalogue().purposes.values()
        if purpose.live
    ]
