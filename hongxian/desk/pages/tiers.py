"""/desk/tiers/: the monthly review of consultants' tiers: results, the rule's proposal and its reason, and the manager's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import rules
from hongxian.tiers import reviewing

if TYPE_CHECKING:
    from django.http import HttpResponse


class DecideForm(forms.Form):
    """Which tier, and why."""

    tier = forms.ChoiceField(choices=[(tier, tier) for tier in "XYZ"])
    why = forms.CharField(max_length=reviewing.LONGEST_WHY)


@require_safe
@door.staff_page(Permission.TIERS_REVIEW_DECIDE)
def tiers(request: door.DeskRequest) -> HttpResponse:
    """What is to be decided, and what was in the last months."""
    return _page(request, None)


@require_POST
@door.staff_page(Permission.TIERS_REVIEW_DECIDE)
def decide(request: door.DeskRequest, review_id: int) -> HttpResponse:
    """决定: as proposed or otherwise, with a reason."""
    form = DecideForm(request.POST)
    given = form.cleaned_data if form.is_valid() else {"tier": "", "why": ""}
    try:
        reviewing.decide(by=request.actor, review_id=review_id, tier=given["tier"], why=given["why"], now=request.now)
    except (NotAllowed, NotFound):
        raise
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("已决定，明天起生效。"))
    return door.redirect("/desk/tiers/")


def _page(request: door.DeskRequest, refusal: Refusal | None) -> HttpResponse:
    rows = reviewing.reviews(by=request.actor, today=day_of(request.now))
    context = {
        "open": [each for each in rows if each.decided_at is None],
        "decided": [each for each in rows if each.decided_at is not None],
        "rule": dict(rules.review(now=request.now)),
        "longest": reviewing.LONGEST_WHY,
        "refusal": refusal.message if refusal else "",
    }
    return door.render(request, "desk/tiers/tiers.html", context, status=refusal.status if refusal else 200)
