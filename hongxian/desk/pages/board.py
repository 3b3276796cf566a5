"""
/desk/board/: the live board on a store's wall, and headquarters' over its stores. Counts only.

A screen asks again every few seconds with the mark of what it shows (`If-None-Match`); when nothing has changed the answer is an
empty 304. One snapshot a store is kept for a moment and serves every screen (docs/decisions/0022).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from hongxian.desk import door, entering, pictures, snapshots
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound
from hongxian.org import queries as org
from hongxian.org import sessions
from hongxian.reports import board as boards
from hongxian.reports import scoring

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from hongxian.reports.board import Panel, Scope, Snapshot

MOST = 60  # rows: a company has hundreds of stores, and nobody reads them all on a wall
LASTS = 3.0  # seconds for which a snapshot serves everybody
URGENCY = (boards.STOPPED, boards.WATCHED, boards.CALM, boards.BEGINNING)
LIVE = "desk/board/_live.html"

_boards: snapshots.Shelf[Snapshot] = snapshots.Shelf(seconds=LASTS)
_parts: snapshots.Shelf[tuple[str, bytes]] = snapshots.Shelf(seconds=LASTS)


class ScopeForm(forms.Form):
    """Whose board; for operations, who have none of their own."""

    city = forms.IntegerField(required=False, min_value=1, max_value=door.LARGEST_CITY)
    store = forms.IntegerField(required=False, min_value=1, max_value=door.LARGEST)


@require_safe
@door.staff_page(Permission.REPORTS_BOARD_READ)
def board(request: door.DeskRequest) -> HttpResponse:
    """The page around the live part."""
    scope = _scope(request)
    everywhere = request.actor.role == Role.OPERATIONS
    context = _context(request, scope) | {
        "cities": org.cities() if everywhere else [],
        "city_id": scope.city_id,
        "store_id": scope.store_id,
        "query": request.GET.urlencode(),
        "wall": request.actor.wall,
        "wall_days": sessions.WALL_LASTS.days,
        "mark": _part(request, scope)[0],
    }
    return door.render(request, "desk/board/board.html", context)


@require_safe
@door.staff_page(Permission.REPORTS_BOARD_READ)
def live(request: door.DeskRequest) -> HttpResponse:
    """The live part, or 304 when the screen shows it already."""
    mark, part = _part(request, _scope(request))
    if request.headers.get("If-None-Match") == mark:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(part)
    answer["ETag"] = mark
    return answer


@require_POST
@door.staff_page(Permission.REPORTS_BOARD_READ)
def wall(request: door.DeskRequest) -> HttpResponse:
    """挂墙: from now on this browser sees the board and nothing else; its holder ends it under 我的登录."""
    account_id, ended = int(request.session[SESSION_KEY]), request.session.get(door.SESSION)
    if not request.actor.wall:
        if ended is not None:
            sessions.sign_out(staff_id=request.actor.staff_id, session_id=ended, now=request.now)
        request.session.flush()
        if not entering.let_in(request, account_id=account_id, how=sessions.WALL, now=request.now):
            return door.redirect("/login/")
    query = request.GET.urlencode()
    return door.redirect(f"/desk/board/?{query}" if query else "/desk/board/")


def _scope(request: door.DeskRequest) -> Scope:
    form = ScopeForm(request.GET)
    if not form.is_valid():
        raise NotFound
    return boards.scope_of(by=request.actor, store_id=form.cleaned_data["store"], city_id=form.cleaned_data["city"])


def _part(request: door.DeskRequest, scope: Scope) -> tuple[str, bytes]:
    """The live part with its mark, as this language has it. Nothing on it is anybody's own."""
    key: Hashable = (scope, get_language())

    def make() -> tuple[str, bytes]:
        part = door.render(request, LIVE, _context(request, scope)).content
        return f'"{hashlib.sha256(part).hexdigest()[:32]}"', part

    return _parts.get(key, make)


def _context(request: door.DeskRequest, scope: Scope) -> dict[str, Any]:
    found = _boards.get(scope, lambda: boards.snapshot(scope=scope, now=request.now))
    names = {each.work.unit_id: each.work for each in found.panels}
    placed = sorted(
        (each for each in found.panels if each.place is not None), key=lambda each: (each.place or 0, each.work.unit_id)
    )
    return {
        "board": found,
        "rows": _first(found.panels),
        "most": MOST if len(found.panels) > MOST else 0,
        "pictures": pictures.pictures_of(found),
        "leaders": placed[:MOST],
        "unplaced": [each for each in found.panels if each.place is None][: max(0, MOST - len(placed))],
        "names": names,
        "chart": pictures.chart_of(found.hours),
        "days": boards.RANKED_OVER.days,
        "least": scoring.LEAST,
        "weight": scoring.WEIGHT,
        "full": scoring.FULL,
        "gains": scoring.GAINS,
        "costs": scoring.COSTS,
        "watch": boards.WATCH,
        "stop": boards.STOP,
        "enough": boards.ENOUGH,
    }


def _first(panels: Sequence[Panel]) -> Sequence[Panel]:
    """All of them; where they are too many, those that somebody should look at, then the busiest."""
    if len(panels) <= MOST:
        return panels
    return sorted(panels, key=lambda each: (URGENCY.index(each.state), -each.work.contacts, each.work.unit_id))[:MOST]
