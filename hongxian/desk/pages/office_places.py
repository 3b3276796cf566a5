"""/desk/office/places/: cities, stores and teams: opened, named anew, closed; now or from a day on, each with its reason."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import COMPANY_ZONE, day_of
from hongxian.kernel.permissions import ROLE_NAMES, Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import editing, staffing
from hongxian.org import queries as org

if TYPE_CHECKING:
    from django.http import HttpResponse

KINDS = {
    editing.CITY: gettext_lazy("城市"),
    editing.STORE: gettext_lazy("门店"),
    editing.TEAM: gettext_lazy("团队"),
    editing.STAFF: gettext_lazy("入职"),
}
STATES = {
    "applied": (gettext_lazy("已生效"), "bg-green-lt"),
    "": (pgettext_lazy("change", "未到"), "bg-blue-lt"),
    "withdrawn": (gettext_lazy("已撤回"), "bg-secondary-lt"),
    "refused": (gettext_lazy("未能生效"), "bg-red-lt"),
}
NAMES = {
    "code": gettext_lazy("代码"),
    "name": gettext_lazy("名称"),
    "name_en": gettext_lazy("英文名"),
    "timezone": gettext_lazy("时区"),
    "franchise": gettext_lazy("加盟"),
    "active": gettext_lazy("营业"),
    "employee_no": gettext_lazy("工号"),
    "role": gettext_lazy("岗位"),
    "tier": gettext_lazy("级别"),
    "joined_on": gettext_lazy("入职日期"),
}


class EditForm(forms.Form):
    """What, which one, from when and why; the values are read beside it."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in (editing.CITY, editing.STORE, editing.TEAM)])
    thing = forms.IntegerField(required=False, min_value=1)
    begins_on = forms.DateField(required=False)
    why = forms.CharField(max_length=400)


@require_safe
@door.staff_page(Permission.ORG_OFFICE_READ)
def places(request: door.DeskRequest) -> HttpResponse:
    """Every city, store and team, and what was changed when."""
    return _page(request, {}, status=200)


@require_POST
@door.staff_page(Permission.ORG_OFFICE_RUN)
def edit(request: door.DeskRequest) -> HttpResponse:
    """A new one, or one as it is to be."""
    form = EditForm(request.POST)
    if not form.is_valid():
        return _page(request, {"refusal": _("请写明原因；日期要是日期。"), "form": request.POST}, status=422)
    given = form.cleaned_data
    begins = datetime.combine(given["begins_on"], time(), COMPANY_ZONE) if given["begins_on"] else None
    try:
        editing.edit(
            by=request.actor,
            kind=given["kind"],
            thing_id=given["thing"],
            after=_after(request, given["kind"], new=given["thing"] is None),
            effective_from=begins,
            why=given["why"],
            now=request.now,
            was=_was(request, given["kind"]),
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, {"refusal": refusal.message, "form": request.POST}, status=refusal.status)
    messages.success(request, _("已登记，到时自动生效。") if begins else _("已生效。"))
    return door.redirect("/desk/office/places/")


@require_POST
@door.staff_page(Permission.ORG_OFFICE_RUN)
def withdraw(request: door.DeskRequest, edit_id: int) -> HttpResponse:
    """撤回: an edit whose day has not come."""
    editing.withdraw(by=request.actor, edit_id=edit_id, why=request.POST.get("why", ""), now=request.now)
    messages.success(request, _("已撤回，到时不会变。"))
    return door.redirect("/desk/office/places/")


def _after(request: door.DeskRequest, kind: str, *, new: bool) -> dict[str, Any]:
    text = {name: request.POST[name].strip() for name in ("name", "name_en") if name in request.POST}
    if kind == editing.STORE:
        found: dict[str, Any] = {**text, "franchise": request.POST.get("franchise") == "1"}
        if new:
            return {
                **found,
                "city_id": _number(request.POST.get("city", "")),
                "code": request.POST.get("code", "").strip().upper(),
            }
        return {**found, "active": request.POST.get("active") == "1"}
    if kind == editing.TEAM:
        return {**text, "store_id": _number(request.POST.get("store", ""))} if new else text
    if new:
        return {
            **text,
            "code": request.POST.get("code", "").strip().upper(),
            "timezone": request.POST.get("timezone", "").strip(),
        }
    return text


def _was(request: door.DeskRequest, kind: str) -> dict[str, Any] | None:
    """What the form began with, where it began with something."""
    found: dict[str, Any] = {name: request.POST[f"was_{name}"] for name in ("name", "name_en") if f"was_{name}" in request.POST}
    if kind == editing.STORE and found:
        found |= {name: request.POST.get(f"was_{name}") == "1" for name in ("franchise", "active")}
    return found or None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - no such table


def _page(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    stores = editing.places(by=request.actor, today=day_of(request.now))
    context: dict[str, object] = {
        "cities": org.cities(),
        "stores": stores,
        "teams": staffing.teams(),
        "edits": [_line(each) for each in editing.edits(by=request.actor)],
        "today": day_of(request.now).isoformat(),
        "runs": request.actor.may(Permission.ORG_OFFICE_RUN),
    }
    return door.render(request, "desk/office/places.html", context | more, status=status)


def _line(each: editing.EditLine) -> dict[str, object]:
    """One edit in words: what differs, name by name."""
    was, becomes = each.was, each.becomes
    told = [
        (name, _word(key, was.get(key)), _word(key, becomes[key]))
        for key, name in NAMES.items()
        if key in becomes and becomes[key] is not None and was.get(key) != becomes[key]
    ]
    state, badge = STATES[each.how]
    return {
        "edit_id": each.edit_id,
        "kind": KINDS[each.kind],
        "name": becomes.get("name", ""),
        "told": told,
        "from": each.effective_from,
        "made_at": each.made_at,
        "who": each.who,
        "employee_no": each.employee_no,
        "why": each.why,
        "state": state,
        "badge": badge,
        "waits": each.how == "",
        "done_why": each.done_why,
    }


def _word(key: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(ROLE_NAMES.get(value, value)) if key == "role" else str(value)  # type: ignore[call-overload] # a role's own value
