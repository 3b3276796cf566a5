"""A node of the cluster that can't be reached: its cities' pages say so, and those of other cities go on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

log = logging.getLogger("hongxian.design")
# The coordinator reports a lost or refused connection to a node with an SQLSTATE of class 08; our own connection's end has none.
CONNECTION = "08"
# The first that meets a node's end has a connection of before, and no code of its own for it: Citus has these words in English only.
WORDS = ("failure on connection marked as essential", "no active placements were found")
# Of a city whose node is set aside the planner says that it can't do this or that. So it is asked whether one is set aside, or
# has just come back and not yet a copy of what every node has a copy of.
UNSUPPORTED = "0A000"
_THERE = "SELECT to_regclass('pg_catalog.pg_dist_node') IS NOT NULL"
_ASIDE = """
    SELECT EXISTS (SELECT FROM pg_dist_node WHERE NOT isactive)
        OR EXISTS (SELECT FROM pg_dist_node AS node
                     JOIN pg_dist_partition AS copied ON copied.partmethod = 'n' AND copied.repmodel = 't'
                     JOIN pg_dist_shard AS shard ON shard.logicalrelid = copied.logicalrelid
                    WHERE node.noderole = 'primary'
                      AND NOT EXISTS (SELECT FROM pg_dist_placement AS placement
                                       WHERE placement.shardid = shard.shardid AND placement.groupid = node.groupid))
"""
RETRY_SECONDS = 30


def is_away(error: BaseException) -> bool:
    """Whether the database answered that one of its nodes doesn't."""
    known = error.__cause__ if getattr(error.__cause__, "sqlstate", None) else error
    state = getattr(known, "sqlstate", None)
    if not isinstance(state, str):
        return False
    words = str(getattr(getattr(known, "diag", None), "message_primary", None) or "")
    return state.startswith(CONNECTION) or words.startswith(WORDS) or (state == UNSUPPORTED and _is_aside())


def _is_aside() -> bool:
    """Asks the coordinator's own catalogue, no other node."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_THERE)
            if cursor.fetchone() != (True,):
                return False
            cursor.execute(_ASIDE)
            return bool(cursor.fetchone() == (True,))
    except DatabaseError:
        return False


class CityAway:
    """Django middleware: 503 in words instead of a broken page. No node that may be gone is asked for it."""

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
