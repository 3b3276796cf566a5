"""
/desk/member/<city>/<id>/call/: 拨打, and what happens to the call, second by second; 挂断.

The page asks again each second. While the call goes on only its words are exchanged, so that the button to hang up stays
where it is; when it is over the whole part is, and the outcome buttons with it: prefilled, the note that somebody is
writing untouched. After a nine they are shut: there is no outcome left to file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.desk.outcome_buttons import BUTTONS
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.outreach import calling, placed

if TYPE_CHECKING:
    from hongxian.outreach.placed import Live


class CallForm(forms.Form):
    """One press."""

    request_key = forms.UUIDField()


def context_of(request: door.DeskRequest, *, city_id: int, member_id: int) -> dict[str, object]:
    """What the member's page needs of calls; nothing where no gateway carries them."""
    if not settings.CALL_GATEWAY:
        return {"call_gateway": ""}
    phone = placed.telephone_of(by=request.actor, city_id=city_id, member_id=member_id, now=request.now)
    line, live = phone.open, phone.current
    return {
        "call_gateway": settings.CALL_GATEWAY,
        "live": live,
        "was": _said(live) if live else "",
        "elsewhere": line if line is not None and line.member_id != member_id else None,
        "extension": phone.extension,
        "call_key": uuid4(),
    }


@require_POST
@door.staff_page(Permission.OUTREACH_NUMBER_SHOW)
def place(request: door.DeskRequest, city_id: int, member_id: int) -> HttpResponse:
    """拨打: the consultant's own phone rings first."""
    form = CallForm(request.POST)
    key: UUID | None = form.cleaned_data["request_key"] if form.is_valid() else None
    address = {"city_id": city_id, "member_id": member_id}
    if key is None:
        return _line(request, address, {"call_refusal": _("请重新打开此页再拨打。")}, status=422)
    try:
        calling.place(by=request.actor, **address, request_key=key, now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _line(request, address, {"call_refusal": refusal.message}, status=refusal.status)
    if not request.headers.get("HX-Request"):
        return door.redirect(f"/desk/member/{city_id}/{member_id}/")
    live = placed.state_of(by=request.actor, **address, request_key=key, now=request.now)
    return _line(request, address, {"live": live}, status=200)


@require_safe
@door.staff_page(Permission.OUTREACH_NUMBER_SHOW)
def state(request: door.DeskRequest, city_id: int, member_id: int, key: UUID) -> HttpResponse:
    """How the call stands. Nothing new: no content."""
    live = placed.state_of(by=request.actor, city_id=city_id, member_id=member_id, request_key=key, now=request.now)
    if _said(live) == request.GET.get("was", "") and live.state != "talking":
        return HttpResponse(status=204)
    return _now(request, live)


@require_POST
@door.staff_page(Permission.OUTREACH_NUMBER_SHOW)
def hang_up(request: door.DeskRequest, city_id: int, member_id: int, key: UUID) -> HttpResponse:
    """挂断: asks the line to end the call."""
    address: dict[str, Any] = {"city_id": city_id, "member_id": member_id, "request_key": key}
    calling.hang_up(by=request.actor, **address, now=request.now)
    if not request.headers.get("HX-Request"):
        messages.info(request, _("已请求挂断。"))
        return door.redirect("/desk/")
    return _now(request, placed.state_of(by=request.actor, **address, now=request.now))


def _said(live: Live) -> str:
    """What the page says of a call, as one word: the state, or that it is being ended."""
    return "hanging_up" if live.hanging_up else live.state


def _now(request: door.DeskRequest, live: Live) -> HttpResponse:
    """The words alone while it goes on; when it is over everything that depends on it."""
    context = {"live": live, "was": _said(live)}
    if not live.over:
        changed = context | {"said": _said(live) != request.GET.get("was", "")}
        return door.render(request, "desk/call/_live.html", changed)
    context |= {"buttons": BUTTONS, "call_key": uuid4(), "extension": org.extension_of(staff_id=request.actor.staff_id)}
    answer = door.render(request, "desk/call/_over.html", context | _address(live.city_id, live.member_id))
    answer["HX-Retarget"], answer["HX-Reswap"] = "#call", "outerHTML"
    return answer


def _line(request: door.DeskRequest, address: dict[str, int], more: dict[str, object], *, status: int) -> HttpResponse:
    """The part of the page with the button, or with the call."""
    context = context_of(request, **address) | _address(**address) | more
    live = context.get("live")
    context |= {"was": _said(live) if isinstance(live, placed.Live) else ""}
    if request.headers.get("HX-Request"):
        return door.render(request, "desk/call/_call.html", context, status=status)
    return door.render(request, "desk/call/refused.html", context, status=status)


def _address(city_id: int, member_id: int) -> dict[str, object]:
    return {"here": f"/desk/member/{city_id}/{member_id}/"}
