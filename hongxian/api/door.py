"""
Who may call here: whoever has an address that only we can have made (outreach/gateways/signing.py), and not too often.

Django's token for forms protects people whose browser is led to send something with their cookie; a gateway has none. In its
place stands the mac in the address, without which nothing is read. Wrong ones are counted by where they come from and soon
turned away unread; right ones have a limit too, far above what a gateway says.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hongxian.outreach.gateways import signing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

log = logging.getLogger("hongxian.api")
Parameters = ParamSpec("Parameters")
WRONG_A_MINUTE, RIGHT_A_SECOND = 30, 5_000
LONGEST_BODY = 16_384
MOST_PLACES = 10_000


class Limit:
    """So many events within a span, of one kind; safe for threads. Each process of the desk counts its own."""

    def __init__(self, most: int, span: float) -> None:
        self._most, self._span = most, span
        self._seen: dict[str, deque[float]] = {}
        self._one = threading.Lock()

    def full(self, place: str) -> bool:
        """Whether no more are allowed now."""
        with self._one:
            return len(self._recent(place)) >= self._most

    def add(self, place: str) -> None:
        """Counts one."""
        with self._one:
            if len(self._seen) > MOST_PLACES:
                self._seen.clear()
            self._recent(place).append(time.monotonic())

    def forget(self) -> None:
        """For tests."""
        with self._one:
            self._seen.clear()

    def _recent(self, place: str) -> deque[float]:
        seen = self._seen.setdefault(place, deque())
        while seen and seen[0] < time.monotonic() - self._span:
            seen.popleft()
        return seen


wrong, right = Limit(WRONG_A_MINUTE, 60.0), Limit(RIGHT_A_SECOND, 1.0)


def gateway_page(
    kind: str, method: str
) -> Callable[[Callable[Concatenate[HttpRequest, datetime, str, Parameters], HttpResponse]], Callable[..., HttpResponse]]:
    """A page for calls back of one kind; it gets the request, the moment and the gateway's name, with the address checked."""

    def wrap(
        page: Callable[Concatenate[HttpRequest, datetime, str, Parameters], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(page)
        def enter(
            request: HttpRequest, gateway: str, mac: str, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> HttpResponse:
            if request.method != method:
                return HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
            refused = _refused(request, kind, gateway, mac, str(kwargs.get("word", "")))
            if refused is not None:
                return refused
            return page(request, timezone.now(), gateway, *args, **kwargs)

        enter.csrf_exempt = True  # type: ignore[attr-defined] # Django's mark on a view
        return enter

    return wrap


def _refused(request: HttpRequest, kind: str, gateway: str, mac: str, word: str) -> HttpResponse | None:
    place = str(request.META.get("REMOTE_ADDR", ""))
    if wrong.full(place) or right.full(gateway):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    if not signing.is_ours(mac, kind, gateway, word):
        wrong.add(place)
        log.warning("not ours", extra={"kind": kind})
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    right.add(gateway)
    if _length(request) > LONGEST_BODY:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return None


def _length(request: HttpRequest) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return LONGEST_BODY + 1
