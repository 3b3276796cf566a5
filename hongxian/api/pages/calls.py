"""/api/gateways/…/call/…: what a cloud of virtual numbers says of calls. Written down sealed, answered at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse
from django.http.request import UnreadablePostError

from hongxian.api import door
from hongxian.outreach import call_events

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


@door.gateway_page("call", "POST")
def events(request: HttpRequest, now: datetime, gateway: str) -> HttpResponse:
    """One event, or a batch: JSON."""
    try:
        call_events.take_events(gateway=gateway, body=request.body, now=now)
    except (UnreadablePostError, call_events.Unreadable):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    return JsonResponse({"code": "OK"})
