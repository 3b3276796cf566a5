"""/desk/pauses/: which consultants' texts are held up, and why; a manager ends it with a note, or holds somebody up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, Refusal
from hongxian.org import queries as org
from hongxian.org import rules
from hongxian.outreach import pauses as holding_up

if TYPE_CHECKING:
    from django.http import HttpResponse

    from hongxian.kernel.actor import Actor
    from hongxian.org.queries import Colleague


class PauseForm(forms.Form):
    """Whom, and why."""

    staff = forms.IntegerField(min_value=1)
    why = forms.CharField(max_length=holding_up.LONGEST_WHY)


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.OUTREACH_PAUSE_DECIDE)
def pauses(request: door.DeskRequest) -> HttpResponse:
    """What runs, and the last thirty days; POST holds one of the manager's consultants up."""
    if request.method == "GET":
        return _page(request)
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, holding_up.BadPause())
    given = form.cleaned_data
    try:
        holding_up.pause(by=request.actor, staff_id=given["staff"], why=given["why"], now=request.now)
    except holding_up.BadPause as refusal:
        return _page(request, refusal)
    messages.success(request, _("已暂停，直到您或另一位主管结束。"))
    return door.redirect("/desk/pauses/")


@require_POST
@door.staff_page(Permission.OUTREACH_PAUSE_DECIDE)
def end(request: door.DeskRequest, pause_id: int) -> HttpResponse:
    """结束暂停, with a note."""
    try:
        holding_up.end(by=request.actor, pause_id=pause_id, why=request.POST.get("why", ""), now=request.now)
    except NotAllowed:
        raise
    except holding_up.BadPause as refusal:
        return _page(request, refusal)
    messages.success(request, _("已结束暂停。"))
    return door.redirect("/desk/pauses/")


def _page(request: door.DeskRequest, refusal: Refusal | None = None) -> HttpResponse:
    lines = holding_up.pauses(by=request.actor, now=request.now)
    held = {each.staff_id for each in lines if each.running and each.until is None}
    limits = rules.contact(city_id=request.actor.city_id, store_id=request.actor.store_id, now=request.now)
    context = {
        "running": [each for each in lines if each.running],
        "over": [each for each in lines if not each.running],
        "others": [each for each in _consultants(request.actor, request) if each.staff_id not in held],
        "longest": holding_up.LONGEST_WHY,
        "a_day": limits.by_hand_a_day,
        "store_an_hour": limits.by_hand_store_an_hour,
        "refusal": refusal.message if refusal else "",
        "asked": request.POST if refusal else {},
    }
    return door.render(request, "desk/pauses/pauses.html", context, status=refusal.status if refusal else 200)


def _consultants(by: Actor, request: door.DeskRequest) -> list[Colleague]:
    """Those this manager answers for."""
    today = day_of(request.now)
    if by.role == Role.STORE_MANAGER and by.store_id is not None:
        return org.consultants_of_store(store_id=by.store_id, today=today)
    return org.consultants_of_team(team_id=by.team_id, today=today) if by.team_id is not None else []
