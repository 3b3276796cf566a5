"""/: sends everybody to where their work begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from hongxian.desk import door
from hongxian.kernel.permissions import Permission

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor


@require_safe
@door.staff_page(None)
def home(request: door.DeskRequest) -> HttpResponse:
    """The first page of the menu that this person may open."""
    return HttpResponseRedirect(_first_page(request.actor))


def _first_page(actor: Actor) -> str:
    if not actor.trained:
        return "/desk/training/"
    for permission, page in (
        (Permission.POOLS_HOLDING_WORK, "/desk/"),
        (Permission.REPORTS_STORE_READ, "/desk/store/"),
        (Permission.REPORTS_TEAM_READ, "/desk/team/"),
        (Permission.RIGHTS_REQUEST_HANDLE, "/desk/requests/"),
        (Permission.OUTREACH_GATE_PROBE, "/desk/gate/"),
        (Permission.AUDIT_TRACE_READ, "/desk/traces/"),
        (Permission.ORG_COMPANY_READ, "/desk/company/"),
    ):
        if actor.may(permission):
            return page
    return "/desk/training/"
