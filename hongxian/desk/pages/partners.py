"""/desk/partners/: other systems that bring people in: their keys, where they are told, and everything that was changed about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.partners import keeping, queries
from hongxian.partners.scopes import KIND_NAMES, SCOPE_NAMES, Kind, Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

STATES = {"waiting": gettext_lazy("等待办理"), "done": gettext_lazy("已办"), "failed": gettext_lazy("未办")}
TOLD = {"waiting": gettext_lazy("等待送达"), "told": gettext_lazy("已送达"), "given_up": gettext_lazy("放弃")}
REASONS = {"store": gettext_lazy("门店不能接收"), "unusable": gettext_lazy("内容不可用")}
USUAL, USUAL_DAYS = 600, 180


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the history."""

    at: Annotated[datetime, PLAIN]
    who: Annotated[str, PLAIN]
    what: Annotated[str, PLAIN]
    why: Annotated[str, PLAIN]


class PartnerForm(forms.Form):
    """A new partner."""

    city = forms.IntegerField(min_value=1)
    name = forms.CharField(max_length=keeping.LONGEST_NAME)
    why = forms.CharField(max_length=400)


class KeyForm(forms.Form):
    """A new key."""

    scopes = forms.MultipleChoiceField(choices=[(scope.value, scope.value) for scope in Scope])
    a_minute = forms.IntegerField(min_value=keeping.LEAST, max_value=keeping.MOST)
    expires_on = forms.DateField()
    why = forms.CharField(max_length=400)


class HookForm(forms.Form):
    """Where a partner is told."""

    url = forms.CharField(max_length=300)
    why = forms.CharField(max_length=400)


@require_http_methods(["GET", "HEAD", "POST"])
@door.staff_page(Permission.PARTNERS_KEY_MANAGE)
def partners(request: door.DeskRequest) -> HttpResponse:
    """Every partner, and a new one."""
    if request.method != "POST":
        return _list(request, {}, status=200)
    form = PartnerForm(request.POST)
    if not form.is_valid():
        return _list(request, {"refusal": _("请填写城市、名称和原因。"), "form": form.data}, status=422)
    given = form.cleaned_data
    try:
        made = keeping.add(by=request.actor, city_id=given["city"], name=given["name"], why=given["why"], now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _list(request, {"refusal": refusal.message, "form": form.data}, status=refusal.status)
    messages.success(request, _("已登记。下一步：为它生成密钥。"))
    return door.redirect(f"/desk/partners/{made}/")


@require_safe
@door.staff_page(Permission.PARTNERS_KEY_MANAGE)
def one(request: door.DeskRequest, partner_id: int) -> HttpResponse:
    """One partner: keys, where it is told, history."""
    return _page(request, partner_id, {}, status=200)


@require_POST
@door.staff_page(Permission.PARTNERS_KEY_MANAGE)
def add_key(request: door.DeskRequest, partner_id: int) -> HttpResponse:
    """生成密钥: shown in this answer and never again."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        queries.book(by=request.actor, partner_id=partner_id, now=request.now)
        return _page(request, partner_id, {"refusal": keeping.BadKey.message, "form": form.data}, status=422)
    given = form.cleaned_data
    try:
        shown = keeping.add_key(
            by=request.actor,
            partner_id=partner_id,
            scopes=given["scopes"],
            a_minute=given["a_minute"],
            expires_on=given["expires_on"],
            why=given["why"],
            now=request.now,
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, partner_id, {"refusal": refusal.message, "form": form.data}, status=refusal.status)
    return _page(request, partner_id, {"key": shown.secret}, status=200)


@require_POST
@door.staff_page(Permission.PARTNERS_KEY_MANAGE)
def end_key(request: door.DeskRequest, partner_id: int, key_id: int) -> HttpResponse:
    """停用密钥: its next request is refused."""
    try:
        keeping.end_key(
            by=request.actor, partner_id=partner_id, key_id=key_id, why=request.POST.get("why", "")[:400], now=request.now
        )
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, partner_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("密钥已停用，从下一个请求起无效。"))
    return door.redirect(f"/desk/partners/{partner_id}/")


@require_POST
@door.staff_page(Permission.PARTNERS_KEY_MANAGE)
def set_hook(request: door.DeskRequest, partner_id: int) -> HttpResponse:
    """设置回调: its secret is shown in this answer and never again."""
    form = HookForm(request.POST)
    if not form.is_valid():
        return _page(request, partner_id, {"refusal": _("请填写地址和原因。"), "hook_form": form.data}, status=422)
    given = form.cleaned_data
    try:
        shown = keeping.set_hook(by=request.actor, partner_id=partner_id, url=given["url"], why=given["why"], now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, partner_id, {"refusal": refusal.message, "hook_form": form.data}, status=refusal.status)
    return _page(request, partner_id, {"hook_secret": shown.secret}, status=200)


@require_POST
@door.staff_page(Permission.PARTNERS_KEY_MANAGE)
def end_hook(request: door.DeskRequest, partner_id: int) -> HttpResponse:
    """停止回调."""
    return _end(request, partner_id, hook=True)


@require_POST
@door.staff_page(Permission.PARTNERS_KEY_MANAGE)
def end(request: door.DeskRequest, partner_id: int) -> HttpResponse:
    """终止合作: every key is dead from the next request on."""
    return _end(request, partner_id, hook=False)


def _end(request: door.DeskRequest, partner_id: int, *, hook: bool) -> HttpResponse:
    act = keeping.end_hook if hook else keeping.end
    try:
        act(by=request.actor, partner_id=partner_id, why=request.POST.get("why", "")[:400], now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, partner_id, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("回调已停止。") if hook else _("合作已终止，所有密钥立即无效。"))
    return door.redirect(f"/desk/partners/{partner_id}/")


def _list(request: door.DeskRequest, more: Mapping[str, object], *, status: int) -> HttpResponse:
    found = queries.partners(by=request.actor, now=request.now)
    context = {"partners": found, "cities": org.cities(), "longest": keeping.LONGEST_NAME} | dict(more)
    return door.render(request, "desk/partners/partners.html", context, status=status)


def _page(request: door.DeskRequest, partner_id: int, more: Mapping[str, object], *, status: int) -> HttpResponse:
    found = queries.book(by=request.actor, partner_id=partner_id, now=request.now)
    today = day_of(request.now)
    hook = next((each for each in found.hooks if each.ended_at is None), None)
    context: dict[str, object] = {
        "partner": found.partner,
        "keys": [(key, [SCOPE_NAMES[Scope(each)] for each in key.scopes], _state(key, today)) for key in found.keys],
        "scopes": [(scope.value, SCOPE_NAMES[scope]) for scope in SCOPE_NAMES],
        "counts": [
            (KIND_NAMES[Kind(each.kind)], STATES[each.state], REASONS.get(each.reason, ""), each.requests)
            for each in found.counts
        ],
        "told": [(TOLD[each.state], each.messages, each.tries, each.answered, each.state) for each in found.told],
        "hook": hook,
        "changes": _history(found),
        "today": today.isoformat(),
        "usual_day": (today + timedelta(days=USUAL_DAYS)).isoformat(),
        "usual": USUAL,
        "least": keeping.LEAST,
        "most": keeping.MOST,
    }
    answer = door.render(request, "desk/partners/partner.html", context | dict(more), status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def _state(key: queries.KeyRow, today: object) -> tuple[str, str]:
    if key.ended_at is not None:
        return _("已停用"), "bg-secondary-lt"
    if str(key.expires_on) < str(today):
        return _("已到期"), "bg-red-lt"
    return pgettext("key", "有效"), "bg-green-lt"


def _history(found: queries.Book) -> list[Change]:
    """Everything that was done, the newest first, out of rows that are added and ended and never rewritten."""
    partner = found.partner
    changes = [Change(partner.made_at, partner.made_by, _("登记合作方"), partner.why)]
    if partner.ended_at is not None:
        changes.append(Change(partner.ended_at, partner.ended_by, _("终止合作"), partner.ended_why))
    for key in found.keys:
        name = f"hx_{key.key_id}_…"
        changes.append(Change(key.made_at, key.made_by, _("生成密钥 %s") % name, key.why))
        if key.ended_at is not None:
            changes.append(Change(key.ended_at, key.ended_by, _("停用密钥 %s") % name, key.ended_why))
    for hook in found.hooks:
        changes.append(Change(hook.made_at, hook.made_by, _("设置回调 %s") % hook.host, hook.why))
        if hook.ended_at is not None:
            changes.append(Change(hook.ended_at, hook.ended_by, _("停止回调 %s") % hook.host, hook.ended_why))
    return sorted(changes, key=lambda each: each.at, reverse=True)
