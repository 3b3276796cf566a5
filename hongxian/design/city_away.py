"""A node of the cluster that can't be reached: its cities' pages say so, and those of other cities go on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError
from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

log = logging.getLogger("hongxian.design")
# The coordinator reports a lost or refused connection to a node with an SQLSTATE of class 08; our own connection's end has none.
CONNECTION = "08"
# What it says of a city whose node was set aside has no code of its own; Citus has these words in English only.
SET_ASIDE = ("no active placements were found", "found no worker with all shard placements")
# The first that meets a node's end has a connection of before.
ESSENTIAL = "failure on connection marked as essential"
RETRY_SECONDS = 30


def is_away(error: BaseException) -> bool:
    """Whether the database answered that one of its nodes doesn't."""
    known = error.__cause__ if getattr(error.__cause__, "sqlstate", None) else error
    state = getattr(known, "sqlstate", None)
    words = str(getattr(getattr(known, "diag", None), "message_primary", None) or "")
    return isinstance(state, str) and (state.startswith(CONNECTION) or words.startswith(SET_ASIDE) or ESSENTIAL in words)


class CityAway:
    """Django middleware: 503 in words instead of a broken page. Nothing is asked of the database for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Others' business."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a view let through."""
        if not isinstance(exception, DatabaseError) or not is_away(exception):
            return None
        log.error("a node of the cluster can't be reached")
        page = "design/503_fragment.html" if getattr(request, "htmx", False) else "city_away.html"
        return HttpResponse(render_to_string(page), status=503, headers={"Retry-After": str(RETRY_SECONDS)})
