"""/desk/rota/: who is on duty on which day, for the store manager; /desk/here/: the consultant's own word for today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from hongxian.desk import door
from hongxian.kernel.clock import day_of
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.pools import presence

if TYPE_CHECKING:
    from django.http import HttpResponse

DAYS = 7
FURTHEST = timedelta(days=120)


class BadRota(Refusal):
    """What came in is no rota."""

    code = "desk.bad_rota"
    message = gettext_lazy("请重新打开值班表再保存。")
    status = 422


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's day."""

    key: Annotated[str, PLAIN]
    day: Annotated[date, PLAIN]
    off: Annotated[bool, PLAIN]
    here_at: Annotated[datetime | None, PLAIN]
    over: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class Line:
    """One consultant's week."""

    alias: Annotated[str, PLAIN]
    team_name: Annotated[str, PLAIN]
    tier: Annotated[str, PLAIN]
    cells: Annotated[list[Cell], PLAIN]


@require_http_methods(["GET", "POST"])
@door.staff_page(Permission.POOLS_SHARE_DEAL)
def rota(request: door.DeskRequest) -> HttpResponse:
    """A week at a time; POST saves what is ticked."""
    if request.method == "GET":
        return _page(request, {}, status=200)
    try:
        marks = _marks(request)
        changed = presence.mark(by=request.actor, marks=marks, why=request.POST.get("why", ""), now=request.now)
    except NotAllowed:
        raise
    except (BadRota, presence.Over) as refusal:
        return _page(request, {"refusal": refusal.message}, status=refusal.status)
    text = ngettext("已保存，%d 个班次有变化。", "已保存，%d 个班次有变化。", changed) % changed
    messages.success(request, text if changed else _("没有变化。"))
    return door.redirect(f"/desk/rota/?from={_since(request)}")


@require_POST
@door.staff_page(Permission.POOLS_HOLDING_WORK)
def here(request: door.DeskRequest) -> HttpResponse:
    """到岗: said once a day."""
    presence.here(by=request.actor, now=request.now)
    messages.success(request, _("已记录到岗。"))
    return door.redirect("/desk/")


def _marks(request: door.DeskRequest) -> list[presence.Mark]:
    off = set(request.POST.getlist("off"))
    shown = request.POST.getlist("shown")
    if not shown or not off <= set(shown):
        raise BadRota
    try:
        cells = [(key, *key.split("@", 1)) for key in shown]
        return [presence.Mark(staff_id=int(staff), day=date.fromisoformat(day), off=key in off) for key, staff, day in cells]
    except ValueError as error:
        raise BadRota from error


def _since(request: door.DeskRequest) -> date:
    today = day_of(request.now)
    try:
        asked = date.fromisoformat(request.GET.get("from") or request.POST.get("from") or "")
    except ValueError:
        return today
    return min(max(asked, today - FURTHEST), today + FURTHEST)


def _page(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    by, today, since = request.actor, day_of(request.now), _since(request)
    if by.store_id is None:
        raise NotFound
    days = [since + timedelta(days=n) for n in range(DAYS)]
    known = {(each.staff_id, each.day): each for each in presence.rota(by=by, since=days[0], until=days[-1])}
    lines = [
        Line(each.alias, each.team_name, each.tier or "", [_cell(each.staff_id, day, known, today) for day in days])
        for each in org.consultants_of_store(store_id=by.store_id, today=today)
    ]
    context = {
        "lines": lines,
        "days": days,
        "since": since,
        "before": since - timedelta(days=DAYS),
        "after": since + timedelta(days=DAYS),
        "editable": any(day >= today for day in days),
    }
    return door.render(request, "desk/rota/rota.html", context | more, status=status)


def _cell(staff_id: int, day: date, known: dict[tuple[int, date], presence.DutyRow], today: date) -> Cell:
    row = known.get((staff_id, day))
    return Cell(f"{staff_id}@{day}", day, row.off if row else False, row.here_at if row else None, day < today)
