"""What a page says when the database went away under it (cut off, restarting, full, too busy), or this machine's disk is full."""

from __future__ import annotations

import errno
import logging
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

log = logging.getLogger("hongxian.design")
SAFE = frozenset({"GET", "HEAD"})
SOON = "5"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class DatabaseAway:
    """
    A look is tried once more on a fresh connection: it changes nothing but for its trace. What somebody pressed is not: nobody knows
    whether it was the answer or the work that was lost, so the page says that they should look first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing of its own."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django with what a page raised."""
        if isinstance(exception, OSError) and exception.errno in FULL:
            log.error("the disk is full", extra={"code": "disk_full"})
            return _answer()
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        log.warning("the database went away", extra={"code": "database_away", "error": type(exception.__cause__).__name__})
        connection.close()
        match = request.resolver_match
        if request.method in SAFE and match is not None:
            with suppress(OperationalError, InterfaceError):
                answer: HttpResponse = match.func(request, *match.args, **match.kwargs)
                return answer
            connection.close()
        return _answer()


def _answer() -> HttpResponse:
    answer = HttpResponse(render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer["Retry-After"] = SOON
    return answer
