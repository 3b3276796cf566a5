"""/desk/staff/: who works here; somebody leaves or moves. Store managers see their own store, operations everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import ROLE_NAMES, Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import locking_out, staffing
from hongxian.org import queries as org
from hongxian.pools import leaving

if TYPE_CHECKING:
    from django.http import HttpResponse


class MoveForm(forms.Form):
    """Where to: a team, a store for its manager, or headquarters."""

    role = forms.CharField(max_length=20)
    team = forms.IntegerField(required=False, min_value=1)
    store = forms.IntegerField(required=False, min_value=1)
    tier = forms.CharField(required=False, max_length=1)


@require_safe
@door.staff_page(Permission.ORG_STAFF_MOVE)
def people(request: door.DeskRequest) -> HttpResponse:
    """One store's people; operations chooses the store, or headquarters."""
    by = request.actor
    store_id = by.store_id if by.role == Role.STORE_MANAGER else _number(request.GET.get("store", ""))
    store = org.store(store_id=store_id) if store_id is not None else None
    if store_id is not None and store is None:
        raise NotFound
    known = staffing.employees(by=by, store_id=store_id, today=day_of(request.now))
    context = {
        "people": known,
        "hands": leaving.hands_of_store(by=by, city_id=store.city_id, store_id=store.store_id) if store else {},
        "within_reach": [each.staff_id for each in known if each.active and _within_reach(request, each)],
        "store": store,
        "stores": [] if by.role == Role.STORE_MANAGER else org.stores(),
        "roles": ROLE_NAMES,
    }
    return door.render(request, "desk/staff/staff.html", context)


@require_safe
@door.staff_page(Permission.ORG_STAFF_MOVE)
def person(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """One of them, with what may be done."""
    return _page(request, staff_id, {}, status=200)


@require_POST
@door.staff_page(Permission.ORG_STAFF_MOVE)
def leave(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """离职: sessions dead, account shut, members back, grounds gone."""
    why = request.POST.get("why", "")
    try:
        gone = leaving.leave(by=request.actor, staff_id=staff_id, why=why, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, staff_id, {"refusal": refusal.message, "why": why}, status=refusal.status)
    messages.success(request, _("已办理离职：登录立即失效，名下 %d 位会员已退回。") % gone.returned)
    return door.redirect("/desk/staff/")


@require_POST
@door.staff_page(Permission.ORG_STAFF_MOVE)
def move(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """调岗: as leaving, but the account stays, for the new place."""
    form, why = MoveForm(request.POST), request.POST.get("why", "")
    try:
        gone = leaving.move(by=request.actor, staff_id=staff_id, place=_place(form), why=why, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, staff_id, {"refusal": refusal.message, "why": why}, status=refusal.status)
    messages.success(request, _("已调岗：需要重新登录，名下 %d 位会员已退回。") % gone.returned)
    return door.redirect("/desk/staff/")


@require_POST
@door.staff_page(Permission.ORG_STAFF_MOVE)
def extension(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """分机: which phone rings when this person calls."""
    given = request.POST.get("extension", "")
    try:
        staffing.set_extension(by=request.actor, staff_id=staff_id, extension=given, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, staff_id, {"refusal": refusal.message, "extension": given}, status=refusal.status)
    messages.success(request, _("分机已保存。"))
    return door.redirect(f"/desk/staff/{staff_id}/")


@require_POST
@door.staff_page(Permission.ORG_STAFF_MOVE)
def lock_out(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """收回登录: out on every device; from now on only the password opens."""
    why = request.POST.get("why", "")
    try:
        locking_out.lock_out(by=request.actor, staff_id=staff_id, why=why, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, staff_id, {"refusal": refusal.message, "why": why}, status=refusal.status)
    messages.success(request, _("已收回：所有设备立即退出，通行密钥和公司账号已解除。"))
    return door.redirect(f"/desk/staff/{staff_id}/")


def _page(request: door.DeskRequest, staff_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    by = request.actor
    someone = staffing.employee(by=by, staff_id=staff_id, today=day_of(request.now))
    own_store = by.store_id if by.role == Role.STORE_MANAGER else None
    hands = {}
    if someone.store_id is not None:
        hands = leaving.hands_of_store(by=by, city_id=someone.city_id, store_id=someone.store_id)
    roles = staffing.IN_TEAMS if by.role == Role.STORE_MANAGER else (*staffing.IN_STORES, *staffing.AT_HEADQUARTERS)
    context: dict[str, object] = {
        "someone": someone,
        "held": hands.get(staff_id, 0),
        "roles": [(role.value, ROLE_NAMES[role]) for role in roles],
        "role_name": ROLE_NAMES[Role(someone.role)],
        "teams": staffing.teams(store_id=own_store),
        "stores": [] if by.role == Role.STORE_MANAGER else org.stores(),
        "tiers": staffing.TIERS,
        "longest_why": leaving.LONGEST_WHY,
        "why": "",
        "extension": someone.extension,
        "longest_extension": 32,
    }
    return door.render(request, "desk/staff/person.html", context | more, status=status)


def _place(form: MoveForm) -> staffing.Place:
    """What the form asks for; a form that makes no sense asks for a place that is none."""
    if not form.is_valid():
        return staffing.Place(role="")
    given = form.cleaned_data
    return staffing.Place(role=given["role"], team_id=given["team"], store_id=given["store"], tier=given["tier"] or None)


def _within_reach(request: door.DeskRequest, each: staffing.Employee) -> bool:
    return staffing.within_reach(request.actor, staff_id=each.staff_id, role=each.role, store_id=each.store_id)


def _number(text: str) -> int | None:
    """:raises NotFound: it is no number."""
    if text and not text.isdecimal():
        raise NotFound
    return int(text) if text else None
