"""
The portal's door: whose visit it is, and what a page may show.

A visit's token lies in a cookie and nowhere else. Every page that shows something of a person is wrapped in `visitor_page`;
who the visitor is says the database, from the token. Pages get frozen, labelled rows, as at the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.utils import timezone, translation

from hongxian.consent import labelling
from hongxian.kernel.actor import COMPANY, Actor
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.portal import own

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Parameters = ParamSpec("Parameters")
COOKIE = "hongxian_visit"
LONGEST_TOKEN = 100
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
# What these packages show says nothing about members.
NOT_ABOUT_MEMBERS = ("hongxian.org.", "hongxian.design.", "hongxian.portal.door")
PAGES: set[str] = set()


@dataclass(frozen=True, slots=True)
class _Visitor:
    city_id: int | None
    member_id: int | None
    number_hashes: list[bytes]
    scope: str
    opened_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who has proved that a number is theirs; without city and member where nobody knows the number."""

    token: str
    city_id: int | None
    member_id: int | None
    number_hashes: tuple[bytes, ...]
    scope: str
    opened_at: datetime
    state: str

    @property
    def known(self) -> bool:
        """Whether there is a record of this person."""
        return self.member_id is not None


class PortalRequest(HttpRequest):
    """A request with its visitor, and the moment it came in."""

    visit: Visit
    actor: Actor
    now: datetime


_visitor = Statement("portal", "visitor", _Visitor)


def visit_behind(token: str) -> Visit | None:
    """The visit that a token stands for, while it runs."""
    if not 0 < len(token) <= LONGEST_TOKEN or not _TOKEN.fullmatch(token):
        return None
    with own.visiting(token):
        found = _visitor.one()
    if found is None:
        return None
    hashes = tuple(bytes(each) for each in found.number_hashes)
    return Visit(token, found.city_id, found.member_id, hashes, found.scope, found.opened_at, found.state)


def visitor_page(
    page: Callable[Concatenate[PortalRequest, Parameters], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponse]:
    """A page for somebody who signed in with a code."""
    PAGES.add(f"{page.__module__}.{page.__name__}")

    @wraps(page)
    def enter(request: PortalRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        request.now = timezone.now()
        visit = visit_behind(request.COOKIES.get(COOKIE, ""))
        if visit is None or visit.scope != "full":
            return _to_sign_in(request)
        request.visit = visit
        request.actor = Actor.member(city_id=COMPANY if visit.city_id is None else visit.city_id)
        try:
            return page(request, *args, **kwargs)
        except Refusal as refusal:
            return refused(request, refusal)
        except DataError:  # a number beyond every table's, a byte that no text has: it names nothing
            return refused(request, NotFound())

    return enter  # type: ignore[return-value] # the request given in becomes a PortalRequest here


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = "/enter/"
        return answer
    answer = HttpResponseRedirect("/enter/")
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def remember(answer: HttpResponse, token: str) -> HttpResponse:
    """Keeps the visit's token in the browser, out of reach of scripts."""
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


def chinese() -> bool:
    """Whether this page is read in Chinese."""
    return (translation.get_language() or "zh").startswith("zh")


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
    """A refusal as a page."""
    context = {"message": refusal.message, "code": refusal.code, "status": refusal.status}
    return django_render(request, "portal/refused.html", context, status=refusal.status)
