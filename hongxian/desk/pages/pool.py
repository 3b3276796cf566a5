"""/desk/pools/: cards of a pool to look through, filter and pick from. Nothing on a card says who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.permissions import Permission
from hongxian.members import facets
from hongxian.pools import claiming, queries
from hongxian.pools.filtering import EVERYBODY, Filters

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = 24


class FilterForm(forms.Form):
    """What to look for; everything may stay empty."""

    sex = forms.ChoiceField(required=False, choices=[("", ""), ("female", ""), ("male", "")])
    born_from = forms.IntegerField(required=False, min_value=1920, max_value=2020)
    born_to = forms.IntegerField(required=False, min_value=1920, max_value=2020)
    height_from = forms.IntegerField(required=False, min_value=100, max_value=250)
    height_to = forms.IntegerField(required=False, min_value=100, max_value=250)
    education_from = forms.IntegerField(required=False, min_value=1, max_value=9)
    income_from = forms.IntegerField(required=False, min_value=1, max_value=9)
    marital = forms.IntegerField(required=False, min_value=1, max_value=9)
    district = forms.CharField(required=False, max_length=20)
    grade = forms.ChoiceField(required=False, choices=[(letter, letter) for letter in ("", *"ABCDE")])

    def filters(self) -> Filters:
        """What was asked; nothing where the form is not valid."""
        if not self.is_valid():
            return EVERYBODY
        return Filters(**{name: value or None for name, value in self.cleaned_data.items()})


@require_safe
@door.staff_page(Permission.POOLS_ENTRY_LIST)
def pools(request: door.DeskRequest) -> HttpResponse:
    """Goes on to the first pool within reach."""
    within_reach = queries.pools_of(by=request.actor)
    if not within_reach:
        return door.render(request, "desk/pool/none.html")
    return HttpResponseRedirect(f"/desk/pools/{within_reach[0].pool_id}/")


@require_safe
@door.staff_page(Permission.POOLS_ENTRY_LIST)
def cards(request: door.DeskRequest, pool_id: int) -> HttpResponse:
    """One page of cards, best first; `after` goes on where the last page ended."""
    return door.render(request, "desk/pool/cards.html", _context(request, pool_id))


@require_POST
@door.staff_page(Permission.POOLS_ENTRY_CLAIM)
def claim(request: door.DeskRequest, pool_id: int) -> HttpResponse:
    """认领 the picked cards; the answer says for each what became of it."""
    picked = [int(each) for each in request.POST.getlist("member") if each.isdecimal() and len(each) < len("9" * 19)]
    try:
        chosen = claiming.claim_chosen(by=request.actor, pool_id=pool_id, member_ids=picked, now=request.now)
    except claiming.CannotClaim as refusal:
        context = _context(request, pool_id) | {"refusal": refusal.message if picked else _("请先勾选卡片。")}
        return door.render(request, "desk/pool/cards.html", context, status=refusal.status)
    return _told(request, pool_id, chosen)


def _told(request: door.DeskRequest, pool_id: int, chosen: Sequence[claiming.Chosen]) -> HttpResponse:
    received = [each for each in chosen if each.result == claiming.Result.CLAIMED]
    missed = [each for each in chosen if each.result != claiming.Result.CLAIMED]
    if received:
        messages.success(request, _("认领了 %d 位会员。") % len(received))
    for result in sorted({each.result for each in missed}):
        number = sum(each.result == result for each in missed)
        messages.warning(
            request, _("%(number)d 位没有认领：%(why)s。") % {"number": number, "why": claiming.RESULTS[claiming.Result(result)]}
        )
    if received and not missed:
        return door.redirect(f"/desk/member/{request.actor.city_id}/{received[0].member_id}/")
    return door.redirect(f"/desk/pools/{pool_id}/")


def _context(request: door.DeskRequest, pool_id: int) -> dict[str, Any]:
    form = FilterForm(request.GET)
    found = queries.pool_look(
        by=request.actor, pool_id=pool_id, filters=form.filters(), after=_after(request), size=PAGE, now=request.now
    )
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    language = translation.get_language() or "zh-hans"
    may_claim = request.actor.may(Permission.POOLS_ENTRY_CLAIM)
    return {
        "pool_id": pool_id,
        "pools": queries.pools_of(by=request.actor),
        "cards": found.cards,
        "looked": found.walked,
        "form": form,
        "asked": asked,
        "first_page": not request.GET.get("after"),
        "next": f"?{urlencode(asked | {'after': '{}-{}'.format(*found.after)})}" if found.after else "",
        "may_claim": may_claim,
        "quotas": queries.quotas_of(by=request.actor, now=request.now) if may_claim else [],
        "educations": facets.choices("education", language),
        "incomes": facets.choices("income_band", language),
        "maritals": facets.choices("marital", language),
    }


def _after(request: door.DeskRequest) -> tuple[int, int] | None:
    rank, _dash, member_id = request.GET.get("after", "").partition("-")
    longest = len("9" * 18)
    if rank.isdecimal() and member_id.isdecimal() and len(rank) <= longest and len(member_id) <= longest:
        return int(rank), int(member_id)
    return None
