"""/desk/persons/: one record by its resource number: restrict, mark as deceased, correct the birth date. Nothing says who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door, resource_numbers
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.rights import states

if TYPE_CHECKING:
    from django.http import HttpResponse

STATES = {
    "live": gettext_lazy("正常"),
    "minor": gettext_lazy("未成年人，所有员工用途停止"),
    "restricted": gettext_lazy("限制处理，所有员工用途停止"),
    "deceased": gettext_lazy("已故，所有员工用途停止"),
    "erased": gettext_lazy("资料已删除"),
}


class BirthForm(forms.Form):
    """A birth date that was shown."""

    birth = forms.DateField()


@require_safe
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def persons(request: door.DeskRequest) -> HttpResponse:
    """Asks for a resource number and goes there; reads nothing itself."""
    typed = request.GET.get("number", "")
    found = resource_numbers.read(typed) if typed else None
    if found is not None:
        return door.redirect(f"/desk/persons/{found[0]}/{found[1]}/")
    problem = _("没有这样的资源编号。") if typed else ""
    return door.render(request, "desk/persons/persons.html", {"problem": problem}, status=422 if problem else 200)


@require_safe
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def one(request: door.DeskRequest, city_id: int, record_id: int) -> HttpResponse:
    """How a record stands, and what may be changed."""
    return _page(request, city_id, record_id, {}, status=200)


@require_POST
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def state(request: door.DeskRequest, city_id: int, record_id: int) -> HttpResponse:
    """限制处理、登记已故、解除: in force with the commit."""
    to, why = request.POST.get("to", ""), request.POST.get("why", "")
    try:
        states.change(by=request.actor, city_id=city_id, member_id=record_id, to=to, why=why, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, city_id, record_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("已生效。"))
    return door.redirect(f"/desk/persons/{city_id}/{record_id}/")


@require_POST
@door.staff_page(Permission.RIGHTS_REQUEST_HANDLE)
def birth(request: door.DeskRequest, city_id: int, record_id: int) -> HttpResponse:
    """更正出生日期: under eighteen everything stops."""
    form = BirthForm(request.POST)
    if not form.is_valid():
        return _page(request, city_id, record_id, {"refusal": _("请填写真实的出生日期。")}, status=422)
    try:
        now_is = states.set_birth(
            by=request.actor,
            city_id=city_id,
            member_id=record_id,
            birth=form.cleaned_data["birth"],
            why=request.POST.get("why", ""),
            now=request.now,
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, city_id, record_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("已更正。现在的状态：%s") % STATES[now_is])
    return door.redirect(f"/desk/persons/{city_id}/{record_id}/")


def _page(request: door.DeskRequest, city_id: int, record_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    code = resource_numbers.code_of(city_id)
    page = states.record_page(by=request.actor, city_id=city_id, city_code=code, member_id=record_id, now=request.now)
    context: dict[str, object] = {
        "page": page,
        "word": STATES[page.state],
        "changes": [(value, str(states.Change(value).label)) for value in page.changes],
        "whys": states.Why.choices,
    }
    return door.render(request, "desk/persons/person.html", context | more, status=status)
