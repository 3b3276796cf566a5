"""/requests/: 申请与投诉: what the visitor asked, how long it may take, what was answered; and what is told after an incident."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.portal import asking_us, door
from hongxian.rights import kinds, requesting
from hongxian.rights.complaining import LONGEST_ALIAS
from hongxian.vault.words import LONGEST

if TYPE_CHECKING:
    from django.http import HttpResponse


@never_cache
@require_safe
@door.visitor_page
def requests(request: door.PortalRequest) -> HttpResponse:
    """Everything that was asked, with the clocks."""
    today = day_of(request.now)
    context = {
        "asked": [(each, each.left(today)) for each in asking_us.requests(visit=request.visit)],
        "complained": asking_us.complaints(visit=request.visit),
        "told": asking_us.told(visit=request.visit),
        "regulators": kinds.REGULATORS,
        "here": "requests",
    }
    return door.render(request, "portal/requests/requests.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@door.visitor_page
def new(request: door.PortalRequest) -> HttpResponse:
    """提出请求: one choice, some words."""
    chosen = request.POST.get("kind", request.GET.get("kind", ""))
    context: dict[str, object] = {
        "kinds": [(each.value, each.label) for each in asking_us.kinds_for(request.visit)],
        "chosen": chosen,
        "days": requesting.WORKDAYS,
        "due_on": requesting.clock_of(request.now).due_on,
        "longest": LONGEST,
        "here": "requests",
    }
    if request.method == "GET":
        return door.render(request, "portal/requests/new.html", context)
    text = request.POST.get("text", "")
    try:
        asking_us.ask(visit=request.visit, kind=chosen, text=text, now=request.now)
    except Refusal as refusal:
        context |= {"problem": refusal.message, "text": text}
        return door.render(request, "portal/requests/new.html", context, status=refusal.status)
    messages.success(request, _("已收到，时钟从现在开始走。"))
    return door.redirect("/requests/")


@never_cache
@require_safe
@door.visitor_page
def one(request: door.PortalRequest, city_id: int, number: int) -> HttpResponse:
    """One request with its words and its clock."""
    mine = [each for each in asking_us.requests(visit=request.visit) if (each.city_id, each.number) == (city_id, number)]
    if not mine:
        raise NotFound
    history = asking_us.history(visit=request.visit, thing="request", city_id=city_id, number=number, now=request.now)
    context = {
        "asked": mine[0],
        "left": mine[0].left(day_of(request.now)),
        "history": history,
        "regulators": kinds.REGULATORS,
        "here": "requests",
    }
    return door.render(request, "portal/requests/request.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@door.visitor_page
def complain(request: door.PortalRequest) -> HttpResponse:
    """投诉: about what, which store, whom; some words. The regulators' numbers stand beside it."""
    store = request.POST.get("store", "")
    context: dict[str, object] = {
        "abouts": kinds.About.choices,
        "stores": asking_us.stores(visit=request.visit),
        "about": request.POST.get("about", ""),
        "store": store,
        "alias": request.POST.get("alias", request.GET.get("alias", "")),
        "longest": LONGEST,
        "longest_alias": LONGEST_ALIAS,
        "regulators": kinds.REGULATORS,
        "here": "requests",
    }
    if request.method == "GET":
        return door.render(request, "portal/requests/complain.html", context)
    text = request.POST.get("text", "")
    try:
        asking_us.complain(
            visit=request.visit,
            about=request.POST.get("about", ""),
            store_id=int(store) if store.isascii() and store.isdecimal() else None,
            staff_alias=request.POST.get("alias", ""),
            text=text,
            now=request.now,
        )
    except Refusal as refusal:
        context |= {"problem": refusal.message, "text": text}
        return door.render(request, "portal/requests/complain.html", context, status=refusal.status)
    messages.success(request, _("投诉已收到：只有隐私专员可以答复结案，十天没有结案会上报总部。"))
    return door.redirect("/requests/")


@never_cache
@require_safe
@door.visitor_page
def complaint(request: door.PortalRequest, city_id: int, number: int) -> HttpResponse:
    """One complaint with everything that was said."""
    return _complaint_page(request, city_id, number, {}, status=200)


@require_POST
@door.visitor_page
def reopen(request: door.PortalRequest, city_id: int, number: int) -> HttpResponse:
    """不满意，重新打开."""
    text = request.POST.get("text", "")
    try:
        asking_us.reopen(visit=request.visit, city_id=city_id, number=number, text=text, now=request.now)
    except NotFound:
        raise
    except Refusal as refusal:
        return _complaint_page(request, city_id, number, {"problem": refusal.message, "text": text}, status=refusal.status)
    messages.success(request, _("已重新打开，隐私专员会再次答复。"))
    return door.redirect(f"/requests/complaints/{city_id}/{number}/")


def _complaint_page(
    request: door.PortalRequest, city_id: int, number: int, more: dict[str, object], *, status: int
) -> HttpResponse:
    mine = [each for each in asking_us.complaints(visit=request.visit) if (each.city_id, each.number) == (city_id, number)]
    if not mine:
        raise NotFound
    history = asking_us.history(visit=request.visit, thing="complaint", city_id=city_id, number=number, now=request.now)
    context: dict[str, object] = {
        "complained": mine[0],
        "history": history,
        "regulators": kinds.REGULATORS,
        "longest": LONGEST,
        "here": "requests",
    }
    return door.render(request, "portal/requests/complaint.html", context | more, status=status)
