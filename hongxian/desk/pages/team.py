"""/desk/team/: the hour and the day of a manager's consultants, and what is in their hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import boards, door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import queries as org
from hongxian.outreach import pauses
from hongxian.outreach import queries as outreach
from hongxian.pools import queries as pools
from hongxian.pools import reassigning

if TYPE_CHECKING:
    from django.http import HttpResponse

    from hongxian.org.queries import Colleague

MOST_AT_ONCE = 200


@require_safe
@door.staff_page(Permission.REPORTS_TEAM_READ)
def team(request: door.DeskRequest) -> HttpResponse:
    """The board: tiles, the day by hour, one line a consultant. The page asks again every 15 seconds for its live part."""
    lines = outreach.board(by=request.actor, now=request.now)
    hours = outreach.hours_of_day(by=request.actor, now=request.now)
    context = {
        "lines": lines,
        "total": boards.total_of(lines),
        "charts": boards.charts_of(hours, now=request.now),
        "held_up": pauses.running(by=request.actor, now=request.now),
        "whole_store": request.actor.role == Role.STORE_MANAGER,
    }
    return door.render(request, "desk/team/board.html", context)


@require_safe
@door.staff_page(Permission.POOLS_HOLDING_REASSIGN)
def holdings(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """What one consultant holds, by resource number, to be handed to a colleague."""
    return _holdings(request, staff_id, {}, status=200)


@require_POST
@door.staff_page(Permission.POOLS_HOLDING_REASSIGN)
def reassign(request: door.DeskRequest, staff_id: int) -> HttpResponse:
    """转交: the ticked members go to a colleague; all of them or none."""
    ticked = [int(each) for each in request.POST.getlist("member") if each.isdecimal()][:MOST_AT_ONCE]
    to = request.POST.get("to", "")
    if not ticked or not to.isdecimal():
        problem = _("请勾选会员，并选择转交给谁。")
        return _holdings(request, staff_id, {"refusal": problem, "ticked": ticked, "to": to}, status=422)
    try:
        reassigning.reassign(by=request.actor, member_ids=ticked, to_staff_id=int(to), now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        kept: dict[str, object] = {"refusal": refusal.message, "ticked": ticked, "to": to}
        return _holdings(request, staff_id, kept, status=refusal.status)
    messages.success(request, ngettext("已转交 %d 位会员。", "已转交 %d 位会员。", len(ticked)) % len(ticked))
    return door.redirect(f"/desk/team/{staff_id}/")


def _holdings(request: door.DeskRequest, staff_id: int, more: dict[str, object], *, status: int) -> HttpResponse:
    colleagues = _colleagues(request)
    holder = next((each for each in colleagues if each.staff_id == staff_id), None)
    if holder is None:
        raise NotFound
    context: dict[str, object] = {
        "holder": holder,
        "held": pools.holdings_of_team(by=request.actor, staff_id=staff_id, now=request.now),
        "others": [each for each in colleagues if each.staff_id != staff_id and each.trained],
        "ticked": [],
        "to": "",
    }
    return door.render(request, "desk/team/holdings.html", context | more, status=status)


def _colleagues(request: door.DeskRequest) -> list[Colleague]:
    """The consultants this manager answers for."""
    by, today = request.actor, day_of(request.now)
    if by.role == Role.STORE_MANAGER and by.store_id is not None:
        return org.consultants_of_store(store_id=by.store_id, today=today)
    return org.consultants_of_team(team_id=by.team_id, today=today) if by.team_id is not None else []
