"""/desk/: the consultant's day: quotas, claiming, and the members in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.permissions import Permission
from hongxian.outreach import queries as outreach
from hongxian.outreach import worklist
from hongxian.pools import claiming
from hongxian.pools import queries as pools
from hongxian.pools.filtering import EVERYBODY

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

MOST_AT_ONCE = 50


class ClaimForm(forms.Form):
    """How many from which pool."""

    pool = forms.IntegerField(min_value=1)
    n = forms.IntegerField(min_value=1, max_value=MOST_AT_ONCE)


@require_safe
@door.staff_page(Permission.POOLS_HOLDING_WORK)
def day(request: door.DeskRequest) -> HttpResponse:
    """The members in hand, in the order to work through them."""
    return door.render(request, "desk/worklist/day.html", _context(request))


@require_safe
@door.staff_page(Permission.POOLS_HOLDING_WORK)
def in_hand(request: door.DeskRequest) -> HttpResponse:
    """The list alone, for beside a member: the next few, or all of them when they are asked for."""
    given = request.GET.get("open", "")
    current = int(given) if given.isdecimal() and len(given) < len(str(door.LARGEST)) else 0
    if request.GET.get("all"):
        held = worklist.in_hand(by=request.actor, now=request.now)
        total = len(held)
    else:
        held, total = worklist.beside(by=request.actor, member_id=current, now=request.now)
    return door.render(request, "desk/worklist/_list.html", {"held": held, "total": total, "current": current})


@require_POST
@door.staff_page(Permission.POOLS_ENTRY_CLAIM)
def claim(request: door.DeskRequest) -> HttpResponse:
    """认领: the best n of a pool; goes on to the first of them."""
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return door.render(request, "desk/worklist/day.html", _context(request) | {"form": form}, status=422)
    try:
        claims = claiming.claim_next(
            by=request.actor,
            pool_id=form.cleaned_data["pool"],
            n=form.cleaned_data["n"],
            filters=EVERYBODY,
            now=request.now,
        )
    except claiming.CannotClaim as refusal:
        context = _context(request) | {"refusal": refusal.message}
        return door.render(request, "desk/worklist/day.html", context, status=refusal.status)
    messages.success(request, ngettext("认领了 %d 位会员。", "认领了 %d 位会员。", len(claims)) % len(claims))
    return HttpResponseRedirect(f"/desk/member/{request.actor.city_id}/{claims[0].member_id}/")


@require_safe
@door.staff_page(Permission.POOLS_HOLDING_WORK)
def next_one(request: door.DeskRequest) -> HttpResponse:
    """Goes on to the next member to work on."""
    after = request.GET.get("after", "")
    return go_on(request, request.actor, after=int(after) if after.isdecimal() else 0)


def go_on(request: door.DeskRequest, by: Actor, *, after: int) -> HttpResponse:
    """The next member's page, or the day's page when all is done."""
    found = outreach.next_member(by=by, now=request.now, after=after)
    if found is None:
        messages.info(request, _("名下的会员今天都联系过了。"))
        return HttpResponseRedirect("/desk/")
    return HttpResponseRedirect(f"/desk/member/{found.city_id}/{found.member_id}/")


def _context(request: door.DeskRequest) -> dict[str, object]:
    held = worklist.in_hand(by=request.actor, now=request.now)
    hand = pools.hand_of(by=request.actor, now=request.now)
    return {
        "quotas": pools.quotas_of(by=request.actor, now=request.now),
        "hand": hand,
        "pools": pools.pools_of(by=request.actor),
        "here_at": hand.here_at,
        "held": held,
        "total": len(held),
        "unfiled": sum(each.unfiled for each in held),
    }
