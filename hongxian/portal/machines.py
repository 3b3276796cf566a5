"""
A door for machines: whoever calls here has no browser, no cookie and no form, and signs what they send instead.

Django's token for forms protects people whose browser is led to send something with their cookie. A machine's page reads no
cookie at all; in place of the token stands a signature over the moment and the whole body, without which nothing is read.
So the exemption and the signature are one decorator: there is no way to have the first without the second, and
tests/contracts/test_house.py allows the word in this file alone.

    X-Hongxian-Time: 1780000000            seconds since 1970; five minutes off at most
    X-Hongxian-Signature: hex of HMAC-SHA256(key, time + "." + body)
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone

from hongxian.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    Page = Callable[[bytes, datetime], HttpResponse]

log = logging.getLogger("hongxian.portal")
AGE = timedelta(minutes=5)
LONGEST_TIME = 12


def signed(*, secret: str, longest: int) -> Callable[[Page], Callable[[HttpRequest], HttpResponse]]:
    """
    A page for POSTs of JSON signed with one of the keys in HOME/secrets/<secret>, one a line: a second line lets keys be changed.

    The page gets the body and the moment it came in. Refusals become {"error": code}.
    """

    def wrap(page: Page) -> Callable[[HttpRequest], HttpResponse]:
        @wraps(page)
        def enter(request: HttpRequest) -> HttpResponse:
            answer = _enter(page, request, secret, longest)
            log.info("machine", extra={"page": page.__name__, "status": answer.status_code})
            return answer

        enter.csrf_exempt = True  # type: ignore[attr-defined] # Django's mark on a view
        return enter

    return wrap


def _enter(page: Page, request: HttpRequest, secret: str, longest: int) -> HttpResponse:
    refused = _refused_unread(request, longest)
    if refused is not None:
        return refused
    now = timezone.now()
    try:
        body = request.body
    except UnreadablePostError:  # whoever sent it has gone
        return _no("unreadable", 400)
    if not _is_signed(request, body, secret):
        return _no("signature", 401)
    if abs(now - _time_of(request)) > AGE:
        return _no("stale", 401)
    try:
        return page(body, now)
    except Refusal as refusal:
        return _no(refusal.code, refusal.status, refusal)


def _refused_unread(request: HttpRequest, longest: int) -> HttpResponse | None:
    if request.method != "POST":
        return _no("method", 405)
    if request.content_type != "application/json":
        return _no("content_type", 415)
    if not 0 < _length(request) <= longest:
        return _no("too_large", 413)
    return None


def _no(code: str, status: int, refusal: Refusal | None = None) -> HttpResponse:
    told = {name: getattr(refusal, name) for name in ("why", "at") if getattr(refusal, name, "")}
    return JsonResponse({"error": code} | told, status=status)


def _length(request: HttpRequest) -> int:
    try:
        return int(request.headers.get("Content-Length") or 0)
    except ValueError:
        return 0


def _time_of(request: HttpRequest) -> datetime:
    return datetime.fromtimestamp(int(request.headers["X-Hongxian-Time"]), UTC)


def _is_signed(request: HttpRequest, body: bytes, secret: str) -> bool:
    time, given = request.headers.get("X-Hongxian-Time", ""), request.headers.get("X-Hongxian-Signature", "")
    if not (time.isascii() and time.isdecimal() and len(time) <= LONGEST_TIME):
        return False
    made = [sign(key, time, body) for key in _keys(secret)]
    return any(hmac.compare_digest(each.encode(), given.encode(errors="replace")) for each in made)


def sign(key: str, time: str, body: bytes) -> str:
    """The signature of a body sent at that time."""
    return hmac.new(key.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()


def _keys(secret: str) -> list[str]:
    try:
        return (settings.HOME.secrets / secret).read_text(encoding="ascii").split()
    except OSError:
        return []
