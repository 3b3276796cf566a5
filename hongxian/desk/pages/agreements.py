"""/desk/agreements/: every store's data agreements; signing one, and ending one at once. Each change keeps its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import agreements as org

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

STATES = {
    "live": (gettext_lazy("有效"), "bg-green-lt"),
    "ending": (gettext_lazy("即将到期"), "bg-yellow-lt"),
    "future": (gettext_lazy("尚未开始"), "bg-blue-lt"),
    "expired": (gettext_lazy("已到期"), "bg-red-lt"),
    "none": (gettext_lazy("没有协议"), "bg-red-lt"),
}
BEST = ("live", "ending", "future", "expired", "none")


@dataclass(frozen=True, slots=True)
class Standing:
    """One store: its best agreement's state first, then every agreement with its own."""

    store: org.AgreementLine
    state: str
    word: str
    badge: str
    lines: tuple[tuple[org.AgreementLine, str, str], ...]


class SignForm(forms.Form):
    """A signed agreement."""

    store = forms.IntegerField(min_value=1)
    signed_on = forms.DateField()
    expires_on = forms.DateField()
    why = forms.CharField(max_length=400)


@require_safe
@door.staff_page(Permission.ORG_AGREEMENT_SIGN)
def agreements(request: door.DeskRequest) -> HttpResponse:
    """Every store; those without a living agreement at the top."""
    return _page(request, {}, status=200)


@require_POST
@door.staff_page(Permission.ORG_AGREEMENT_SIGN)
def sign(request: door.DeskRequest) -> HttpResponse:
    """登记协议."""
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, {"refusal": _("请填写门店、起止日期和原因。"), "form": form.data}, status=422)
    given = form.cleaned_data
    try:
        org.sign(
            by=request.actor,
            store_id=given["store"],
            signed_on=given["signed_on"],
            expires_on=given["expires_on"],
            why=given["why"],
            now=request.now,
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _page(request, {"refusal": refusal.message, "form": form.data}, status=refusal.status)
    messages.success(request, _("协议已登记，从开始日起生效。"))
    return door.redirect("/desk/agreements/")


@require_POST
@door.staff_page(Permission.ORG_AGREEMENT_SIGN)
def end(request: door.DeskRequest, agreement_id: int) -> HttpResponse:
    """立即终止: the store's next read is denied."""
    try:
        org.end(by=request.actor, agreement_id=agreement_id, why=request.POST.get("why", ""), now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, _("协议已终止：该店从现在起看不到任何会员。"))
    return door.redirect("/desk/agreements/")


def _page(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    today = day_of(request.now)
    stores = _by_store(org.agreements(by=request.actor), today)
    context: dict[str, object] = {
        "stores": stores,
        "counts": [(str(STATES[state][0]), sum(1 for each in stores if each.state == state), state) for state in BEST],
        "today": today.isoformat(),
    }
    return door.render(request, "desk/agreements/agreements.html", context | more, status=status)


def _by_store(lines: Sequence[org.AgreementLine], today: date) -> list[Standing]:
    found: dict[int, list[org.AgreementLine]] = {}
    for line in lines:
        found.setdefault(line.store_id, []).append(line)
    standings = []
    for own in found.values():
        states = [line.state(today) for line in own]
        best = min(states, key=BEST.index)
        each = tuple(
            (line, str(STATES[state][0]), STATES[state][1]) for line, state in zip(own, states, strict=True) if state != "none"
        )
        standings.append(Standing(store=own[0], state=best, word=str(STATES[best][0]), badge=STATES[best][1], lines=each))
    return sorted(standings, key=lambda each: (not each.store.active, -BEST.index(each.state), each.store.code))
