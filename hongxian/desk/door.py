"""
The desk's door: who is signed in, may they come in here, and what a page may show.

Every page is wrapped in `staff_page`, which takes the permission it needs. The actor is read from the database for every
request, so that whoever leaves, moves, loses the training or the store's agreement is out with the next press.
"""

from __future__ import annotations

import logging
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec
from urllib.parse import quote

from django.contrib.auth import SESSION_KEY
from django.db import DataError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.utils import timezone

from hongxian.audit import recording
from hongxian.consent import labelling
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import NotAllowed, NotFound, Refusal
from hongxian.members import records
from hongxian.org import queries as org
from hongxian.org import sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from hongxian.kernel.actor import Actor
    from hongxian.kernel.permissions import Permission

log = logging.getLogger("hongxian.desk")
Parameters = ParamSpec("Parameters")
LARGEST, LARGEST_CITY = 2**63 - 1, 2**31 - 1  # of the numbers that the tables hold
PAGES: dict[str, Permission | None] = {}
EPOCH = "epoch"  # in a session: what org.signed_in compares with the staff row
SESSION = "session"  # in a session: its line in the list of sessions, where it can be ended
# What these packages show says nothing about members.
NOT_ABOUT_MEMBERS = ("hongxian.org.", "hongxian.design.", "hongxian.desk.")


class DeskRequest(HttpRequest):
    """A request with somebody behind it, and the moment it came in."""

    actor: Actor
    now: datetime


def staff_page(
    permission: Permission | None,
) -> Callable[
    [Callable[Concatenate[DeskRequest, Parameters], HttpResponse]], Callable[Concatenate[HttpRequest, Parameters], HttpResponse]
]:
    """A page for signed-in staff who hold `permission` now; None means anybody signed in."""

    def wrap(
        page: Callable[Concatenate[DeskRequest, Parameters], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponse]:
        PAGES[f"{page.__module__}.{page.__name__}"] = permission

        @wraps(page)
        def enter(request: DeskRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
            request.now = timezone.now()
            actor = actor_of(request, now=request.now)
            if actor is None:
                return _to_sign_in(request)
            request.actor = actor
            try:
                _require(actor, permission)
                return page(request, *args, **kwargs)
            except NotAllowed as refusal:
                if transaction.get_connection().in_atomic_block:  # a page raised with its transaction still open: a bug
                    raise
                _trace_denied(request, actor, refusal, kwargs)
                if refusal.reason == "training" and not request.headers.get("HX-Request"):
                    return HttpResponseRedirect("/desk/training/")
                return refused(request, refusal)
            except Refusal as refusal:
                return refused(request, refusal)
            except (DataError, OverflowError):
                # A number or a day beyond every table's, a byte that no text has: it names nothing.
                log.warning("unusable value", extra={"page": page.__name__})
                return refused(request, NotFound())

        return enter  # type: ignore[return-value] # the request given in becomes a DeskRequest here

    return wrap


def _require(actor: Actor, permission: Permission | None) -> None:
    """:raises NotAllowed: not theirs; a page for anybody signed in is none for a screen on the wall."""
    if permission is not None:
        actor.require(permission)
    elif actor.wall:
        raise NotAllowed


def actor_of(request: HttpRequest, *, now: datetime) -> Actor | None:
    """Who is signed in, as the database has it at this moment; a session that has ended is gone with the asking."""
    account_id = request.session.get(SESSION_KEY)
    if account_id is None:
        return None
    epoch, session_id = int(request.session.get(EPOCH, 0)), request.session.get(SESSION)
    found = org.signed_in(
        account_id=int(account_id), today=day_of(now), process="desk", epoch=epoch, session_id=session_id, now=now
    )
    if found is None:
        request.session.flush()
        return None
    if session_id is not None and found.seen_at is not None:
        sessions.seen(session_id=session_id, seen_at=found.seen_at, now=now)
    return found.actor


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = "/login/"
        return answer
    if request.method != "GET":
        return HttpResponseRedirect("/login/")
    return HttpResponseRedirect(f"/login/?next={quote(request.get_full_path())}")


def _trace_denied(request: DeskRequest, actor: Actor, refusal: NotAllowed, address: Mapping[str, Any]) -> None:
    """A try on a member's address names the member, who then sees it."""
    member = _member_in(address)
    recording.record(
        by=actor,
        action="desk.open",
        purpose="statistics",
        city_id=member.city_id if member else None,
        member_ids=[member.member_id] if member else [],
        reason=refusal.reason,
        denied=True,
        now=request.now,
    )


def _member_in(address: Mapping[str, Any]) -> records.Home | None:
    """The member whose address it is; None where there is no such member."""
    city_id, member_id = address.get("city_id"), address.get("member_id")
    if not isinstance(city_id, int) or not isinstance(member_id, int) or city_id > LARGEST_CITY or member_id > LARGEST:
        return None
    known = records.hashes_of(city_id=city_id, member_id=member_id)
    return None if known is None else records.Home(city_id=city_id, member_id=member_id)


def render(request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """
    Renders a template with frozen, labelled rows only.

    :raises consent.labelling.UnlabelledField: a row has a field that no purpose of the catalogue names.
    """
    given = dict(context or {})
    for value in given.values():
        labelling.check(value, plain=NOT_ABOUT_MEMBERS)
    return django_render(request, template, given, status=status)


def redirect(to: str) -> HttpResponse:
    """Goes on by GET after a POST."""
    return HttpResponseRedirect(to, status=303)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as a page, or as a fragment for htmx."""
    context = {"message": refusal.message, "code": refusal.code, "status": refusal.status}
    if request.headers.get("HX-Request"):
        return django_render(request, "desk/_refused.html", context, status=refusal.status)
    return django_render(request, "desk/refused.html", context, status=refusal.status)
