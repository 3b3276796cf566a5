"""/desk/store/: the whole store's day by team, its pools, the morning's share, and whether everybody may work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import boards, door
from hongxian.kernel.clock import day_of
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.org import company
from hongxian.org import queries as org
from hongxian.outreach import pauses
from hongxian.outreach import queries as outreach
from hongxian.pools import dealt as dealings
from hongxian.pools import distributing
from hongxian.pools import queries as pools

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@door.staff_page(Permission.REPORTS_STORE_READ)
def store(request: door.DeskRequest) -> HttpResponse:
    """The store's board. The page asks again every 15 seconds for its live part."""
    return _page(request, {}, status=200)


@require_POST
@door.staff_page(Permission.POOLS_SHARE_DEAL)
def deal(request: door.DeskRequest) -> HttpResponse:
    """晨间分配: gives out the morning's share now, once a day."""
    if request.actor.store_id is None:
        raise NotFound
    try:
        dealt = distributing.deal(by=request.actor, store_id=request.actor.store_id, day=day_of(request.now), now=request.now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _page(request, {"refusal": refusal.message}, status=refusal.status)
    messages.success(request, ngettext("已分配 %d 位会员。", "已分配 %d 位会员。", len(dealt)) % len(dealt))
    return door.redirect("/desk/dealing/" if request.POST.get("back") == "dealing" else "/desk/store/")


def _page(request: door.DeskRequest, more: dict[str, object], *, status: int) -> HttpResponse:
    by, today = request.actor, day_of(request.now)
    lines = outreach.board(by=by, now=request.now)
    own = company.own_store(by=by, today=today)
    context: dict[str, object] = {
        "own": own,
        "ends_soon": own.ends_soon(today),
        "total": boards.total_of(lines),
        "teams": boards.by_team(lines),
        "charts": boards.charts_of(outreach.hours_of_day(by=by, now=request.now), now=request.now),
        "pools": pools.pools_of(by=by) if by.may(Permission.POOLS_ENTRY_LIST) else [],
        "dealt": dealings.dealt_on(by=by, day=today),
        "may_deal": by.may(Permission.POOLS_SHARE_DEAL),
        "held_up": pauses.running(by=by, now=request.now),
        "untrained": [each for each in _consultants(request) if not each.trained],
    }
    return door.render(request, "desk/store/store.html", context | more, status=status)


def _consultants(request: door.DeskRequest) -> list[org.Colleague]:
    if request.actor.store_id is None:
        raise NotFound
    return org.consultants_of_store(store_id=request.actor.store_id, today=day_of(request.now))
