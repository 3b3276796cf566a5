"""/desk/requests/: what people ask of the company, the one due first at the top, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door, spans
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.rights import kinds, queries, requesting
from hongxian.vault.words import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse


@require_safe
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def requests(request: door.DeskRequest) -> HttpResponse:
    """The queue with its clocks; or, with ?list=answered, what was answered last. Names nobody."""
    by, today = request.actor, day_of(request.now)
    waiting = queries.waiting(by=by)
    answered = request.GET.get("list") == "answered"
    lines = queries.answered(by=by) if answered else waiting
    left = [line.left(today) for line in waiting]
    context = {
        "lines": [(line, line.left(today)) for line in lines],
        "answered": answered,
        "waiting": len(waiting),
        "late": sum(1 for days in left if days < 0),
        "soon": sum(1 for days in left if 0 <= days <= requesting.REMIND_BEFORE),
        "spans": spans.of(left),
    }
    return door.render(request, "desk/requests/requests.html", context)


@require_safe
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def one(request: door.DeskRequest, city_id: int, request_id: int) -> HttpResponse:
    """One request with its words, which the keeper opens against a trace."""
    return _page(request, city_id, request_id, {}, status=200)


@require_POST
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def take(request: door.DeskRequest, city_id: int, request_id: int) -> HttpResponse:
    """开始办理: the person sees that somebody works on it."""
    requesting.take(by=request.actor, city_id=city_id, request_id=request_id, now=request.now)
    return door.redirect(f"/desk/requests/{city_id}/{request_id}/")


@require_POST
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def note(request: door.DeskRequest, city_id: int, request_id: int) -> HttpResponse:
    """写进展: the person reads it."""

    def add(text: str) -> None:
        requesting.note(by=request.actor, city_id=city_id, request_id=request_id, text=text, now=request.now)

    return _act(request, city_id, request_id, add, _("进展已写入，本人看得到。"))


@require_POST
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def answer(request: door.DeskRequest, city_id: int, request_id: int) -> HttpResponse:
    """答复并办结."""

    def end(text: str) -> None:
        requesting.answer(by=request.actor, city_id=city_id, request_id=request_id, text=text, now=request.now)

    return _act(request, city_id, request_id, end, _("已答复，请求办结。"))


@require_POST
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def decline(request: door.DeskRequest, city_id: int, request_id: int) -> HttpResponse:
    """不予同意: only with its reason, the route to complain, and words."""

    def end(text: str) -> None:
        requesting.refuse(
            by=request.actor,
            city_id=city_id,
            request_id=request_id,
            reason=request.POST.get("reason", ""),
            route=request.POST.get("route", ""),
            text=text,
            now=request.now,
        )

    return _act(request, city_id, request_id, end, _("已答复：未予同意，并告知了理由和投诉渠道。"))


def _act(request: door.DeskRequest, city_id: int, request_id: int, act: Callable[[str], None], told: str) -> HttpResponse:
    try:
        act(request.POST.get("text", ""))
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        kept: dict[str, object] = {"refusal": refusal.message, "text": request.POST.get("text", "")}
        return _page(request, city_id, request_id, kept, status=refusal.status)
    messages.success(request, told)
    return door.redirect(f"/desk/requests/{city_id}/{request_id}/")


def _page(request: door.DeskRequest, city_id: int, request_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    context: dict[str, object] = {
        "page": queries.request_page(by=request.actor, city_id=city_id, request_id=request_id, now=request.now),
        "reasons": kinds.RefusalReason.choices,
        "routes": kinds.Route.choices,
        "reason": request.POST.get("reason", ""),
        "route": request.POST.get("route", ""),
        "longest": LONGEST,
    }
    return door.render(request, "desk/requests/request.html", context | more, status=status)
