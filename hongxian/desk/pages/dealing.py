"""/desk/dealing/: what the morning's dealing would give to whom, and taking a wrong one back. Counts, never names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated

from django import forms
from django.contrib import messages
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.pools import dealt as dealings
from hongxian.pools import distributing, undoing
from hongxian.pools.ranking import GRADES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse


class UndoForm(forms.Form):
    """Which day's, and why."""

    day = forms.DateField()
    why = forms.CharField(max_length=200)


@dataclass(frozen=True, slots=True)
class TierLine:
    """How even a tier's shares would be, among those who get one."""

    tier: Annotated[str, PLAIN]
    people: Annotated[int, PLAIN]
    total: Annotated[int, PLAIN]
    fewest: Annotated[int, PLAIN]
    most: Annotated[int, PLAIN]
    best_sum: Annotated[int, PLAIN]
    worst_sum: Annotated[int, PLAIN]


@require_safe
@door.staff_page(Permission.POOLS_SHARE_DEAL)
def dealing(request: door.DeskRequest) -> HttpResponse:
    """Today's dealing: a dry run while it is to come, and the last thirty days."""
    return _page(request, {}, status=200)


@require_POST
@door.staff_page(Permission.POOLS_SHARE_DEAL)
def undo(request: door.DeskRequest) -> HttpResponse:
    """撤回: whoever is untouched goes back; the others stay, and are counted."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _page(request, {"refusal": undoing.WhyMissing.message}, status=422)
    given = form.cleaned_data
    try:
        done = undoing.undo(by=request.actor, day=given["day"], why=given["why"], now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _page(request, {"refusal": refusal.message}, status=refusal.status)
    text = _("已撤回：%(returned)d 位回到公海，%(stayed)d 位已经联系过或已转手，没有动。")
    messages.success(request, text % {"returned": done.returned, "stayed": done.stayed})
    return door.redirect("/desk/dealing/")


def tiers_of(rows: Sequence[distributing.ShareRow]) -> list[TierLine]:
    """By tier: how even the shares are among those who would get somebody."""
    lines = []
    for tier in sorted({row.tier for row in rows if row.total}):
        of_tier = [row for row in rows if row.tier == tier and row.total]
        totals, sums = [row.total for row in of_tier], [row.grade_sum for row in of_tier]
        lines.append(TierLine(tier, len(of_tier), sum(totals), min(totals), max(totals), min(sums), max(sums)))
    return lines


def _page(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    by, today = request.actor, day_of(request.now)
    if by.store_id is None:
        raise NotFound
    dealt = dealings.dealt_on(by=by, day=today)
    preview = _preview(request, by.store_id, today) if dealt is None else None
    history = dealings.dealings_of(by=by, today=today)
    context = {
        "dealt": dealt,
        "preview": preview,
        "tiers": tiers_of(preview.rows) if preview else [],
        "grades": GRADES,
        "today": today,
        "history": history,
        "undoable": [each.day for each in history if each.undone_at is None and today - each.day <= undoing.LONGEST_AGO],
        "without": [row for row in preview.rows if row.reason] if preview else [],
    }
    return door.render(request, "desk/dealing/dealing.html", context | more, status=status)


def _preview(request: door.DeskRequest, store_id: int, today: date) -> distributing.Preview | None:
    try:
        return distributing.preview(by=request.actor, store_id=store_id, day=today, now=request.now)
    except distributing.NoStorePool:
        return None
