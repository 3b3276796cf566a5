"""/api/gateways/…: what gateways of texts say by themselves. Written down sealed, answered at once, dealt with by the worker."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.http.request import UnreadablePostError

from hongxian.api import door
from hongxian.outreach import arriving

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

# Kannel's own numbers for what became of a text.
STATES = {"1": "delivered", "2": "failed", "4": "buffered", "8": "accepted", "16": "failed"}
CODES = {"2": "undelivered", "16": "rejected"}


@door.gateway_page("report", "GET")
def report(request: HttpRequest, now: datetime, gateway: str, word: str) -> HttpResponse:  # noqa: ARG001 - Kannel's is the only way of saying it so far
    """A report on the text that the address names: ?s=<what became of it>."""
    said = request.GET.get("s", "")
    if said not in STATES:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    state = "delivered" if said == "8" and settings.KANNEL_STAND_IN else STATES[said]  # nobody else will ever say so
    arriving.take_report(word=word, state=state, code=CODES.get(said, ""), now=now)
    return HttpResponse()


@door.gateway_page("reply", "POST")
def reply(request: HttpRequest, now: datetime, gateway: str) -> HttpResponse:  # noqa: ARG001 - see above
    """Somebody's answer: who in a header, the words in the body, in whatever coding the header says."""
    try:
        body = request.body
    except UnreadablePostError:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    number, sent = request.headers.get("X-Kannel-From", ""), request.headers.get("X-Kannel-Time", "")
    if not number:
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    arriving.take_reply(
        number=number, text=_text(body, (request.content_params or {}).get("charset", "utf-8")), sent=sent, now=now
    )
    return HttpResponse()


def _text(body: bytes, charset: str) -> str:
    try:
        return body.decode(charset.strip("\"'"), errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")
