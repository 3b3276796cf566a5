"""/desk/complaints/: complaints; a store reads and comments on its own, the privacy officer answers and closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.rights import complaining, kinds, queries
from hongxian.vault.words import LONGEST

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@door.staff_page(Permission.RIGHTS_COMPLAINT_COMMENT)
def complaints(request: door.DeskRequest) -> HttpResponse:
    """Complaints, the open ones first; names nobody."""
    lines, today = queries.complaints(by=request.actor), day_of(request.now)
    context = {
        "lines": lines,
        "today": today,
        "open": sum(1 for line in lines if line.open),
        "escalated": sum(1 for line in lines if line.open and line.escalated),
        "of_store": request.actor.role == Role.STORE_MANAGER,
        "regulators": kinds.REGULATORS,
    }
    return door.render(request, "desk/complaints/complaints.html", context)


@require_safe
@door.staff_page(Permission.RIGHTS_COMPLAINT_COMMENT)
def one(request: door.DeskRequest, city_id: int, complaint_id: int) -> HttpResponse:
    """One complaint with its words, which the keeper opens against a trace."""
    return _page(request, city_id, complaint_id, {}, status=200)


@require_POST
@door.staff_page(Permission.RIGHTS_COMPLAINT_COMMENT)
def comment(request: door.DeskRequest, city_id: int, complaint_id: int) -> HttpResponse:
    """说明情况: the store's side, or the privacy office's interim word."""
    text = request.POST.get("text", "")
    try:
        complaining.comment(by=request.actor, city_id=city_id, complaint_id=complaint_id, text=text, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, city_id, complaint_id, {"refusal": refusal.message, "text": text}, status=refusal.status)
    messages.success(request, _("已写入，本人和隐私专员看得到。"))
    return door.redirect(f"/desk/complaints/{city_id}/{complaint_id}/")


@require_POST
@door.staff_page(Permission.RIGHTS_COMPLAINT_HANDLE)
def close(request: door.DeskRequest, city_id: int, complaint_id: int) -> HttpResponse:
    """答复并结案: the privacy officer's alone."""
    text = request.POST.get("text", "")
    try:
        complaining.close(by=request.actor, city_id=city_id, complaint_id=complaint_id, text=text, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, city_id, complaint_id, {"refusal": refusal.message, "text": text}, status=refusal.status)
    messages.success(request, _("已答复结案；本人不满意可以重新打开。"))
    return door.redirect(f"/desk/complaints/{city_id}/{complaint_id}/")


def _page(request: door.DeskRequest, city_id: int, complaint_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    context: dict[str, object] = {
        "page": queries.complaint_page(by=request.actor, city_id=city_id, complaint_id=complaint_id, now=request.now),
        "may_close": request.actor.may(Permission.RIGHTS_COMPLAINT_HANDLE),
        "regulators": kinds.REGULATORS,
        "longest": LONGEST,
    }
    return door.render(request, "desk/complaints/complaint.html", context | more, status=status)
