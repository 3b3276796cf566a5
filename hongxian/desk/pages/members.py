"""/desk/members/: a store's members by resource number, where each is, and whether they may be contacted at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hongxian.desk import door
from hongxian.kernel.permissions import Permission
from hongxian.outreach import library, refusing

if TYPE_CHECKING:
    from django.http import HttpResponse

PLACES = {
    "pool": gettext_lazy("在公海"),
    "held": gettext_lazy("有人负责"),
    "resting": gettext_lazy("休息中"),
    "no_consent": gettext_lazy("没有有效授权"),
    "suppressed": gettext_lazy("已拒绝联系"),
    "barred": gettext_lazy("不得联系"),
    "erased": gettext_lazy("已删除"),
    "none": gettext_lazy("未入公海"),
}


@require_safe
@door.staff_page(Permission.MEMBERS_STORE_LIST)
def members(request: door.DeskRequest) -> HttpResponse:
    """A page of the store's members, the newest first; the counts come after, by themselves."""
    place = request.GET.get("place", "")
    below = request.GET.get("below", "")
    rows = library.store_members(
        by=request.actor,
        place=place,
        below=int(below) if below.isdecimal() else None,
        most=library.PAGE,
        now=request.now,
    )
    context = {
        "rows": rows,
        "places": PLACES,
        "place": place,
        "first": not below,
        "next": rows[-1].member_id if len(rows) == library.PAGE else None,
    }
    return door.render(request, "desk/members/members.html", context)


@require_safe
@door.staff_page(Permission.MEMBERS_STORE_LIST)
def counts(request: door.DeskRequest) -> HttpResponse:
    """How many are where; apart from the page, because it looks at every member of the store."""
    known = library.counts(by=request.actor, now=request.now)
    context = {
        "counts": [(place, name, known[place]) for place, name in PLACES.items()],
        "total": sum(known.values()),
        "place": request.GET.get("place", ""),
    }
    return door.render(request, "desk/members/_counts.html", context)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_REFUSAL_FILE)
def refuse(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """拒绝联系 on a member's behalf. GET asks for the reason and reads nothing; POST files it, for good."""
    context = {"city_id": city_id, "member_id": member_id, "reasons": refusing.REASONS, "may_list": _may_list(request)}
    if request.method == "GET":
        return door.render(request, "desk/members/refuse.html", context)
    try:
        refusing.refuse(
            by=request.actor, city_id=city_id, member_id=member_id, reason=request.POST.get("reason", ""), now=request.now
        )
    except refusing.UnknownReason as refusal:
        return door.render(request, "desk/members/refuse.html", context | {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("已登记：从现在起全公司不再联系此人。"))
    return door.redirect("/desk/members/" if _may_list(request) else "/")


def _may_list(request: door.DeskRequest) -> bool:
    return request.actor.may(Permission.MEMBERS_STORE_LIST)
