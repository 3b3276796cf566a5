"""/consents/: one switch for each purpose that stands on the person's own yes; what a changed text asks; the own grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hongxian.kernel.refusal import NotFound
from hongxian.portal import consenting, door, grades, stopping

if TYPE_CHECKING:
    from django.http import HttpResponse


@never_cache
@require_safe
@door.visitor_page
def consents(request: door.PortalRequest) -> HttpResponse:
    """Every switch; `?done=` names the one that was just pressed, so that the press can be taken back."""
    return _page(request)


@require_POST
@door.visitor_page
def press(request: door.PortalRequest, purpose: str) -> HttpResponse:
    """One press: on, off, or no to a changed text."""
    shown = request.POST.get("notice_hash", "")
    try:
        match request.POST.get("do", ""):
            case "on":
                consenting.give(visit=request.visit, purpose=purpose, notice_hash=shown, now=request.now)
            case "off":
                consenting.withdraw(visit=request.visit, purpose=purpose, now=request.now)
            case "no":
                consenting.decline(visit=request.visit, purpose=purpose, notice_hash=shown, now=request.now)
            case _:
                raise NotFound
    except consenting.TextChanged as refusal:
        return _page(request, problem=refusal.message, status=refusal.status)
    return door.redirect(f"/consents/?done={purpose}")


def _page(request: door.PortalRequest, *, problem: object = "", status: int = 200) -> HttpResponse:
    found = consenting.switches(visit=request.visit, now=request.now) if request.visit.known else []
    context = {
        "known": request.visit.known,
        "switches": found,
        "asking": [each for each in found if each.asks],
        "done": next((each for each in found if each.code == request.GET.get("done")), None),
        "stopped": stopping.stopped(stopping.noes(visit=request.visit)),
        "grade": grades.own_grade(visit=request.visit),
        "grading": next((each for each in found if each.code == "pool.grading"), None),
        "problem": problem,
        "here": "consents",
    }
    return door.render(request, "portal/consents/consents.html", context, status=status)
