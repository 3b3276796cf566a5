"""Every address of the portal: who gets in without a visit (almost nowhere), with which methods, and with which forms."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import get_resolver

from hongxian.portal import door
from tests.cast import Cast
from tests.visitors import browser_with, open_visit, portal_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

# What somebody without a visit may ask for, and why.
OPEN = {
    "": "says what the portal is, and leads to the code",
    "enter/": "asks for a code",
    "enter/code/": "gives it back",
    "language/": "中文 or English",
    "health/live": "for whoever watches the processes",
    "notices/": "what the company does with data is no secret",
    "s/<str:token>/": "the link in a text says no without signing in; its token is the proof",
    "demo/outbox/": "the demo's texts; not there outside the demo",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Doors of machines: no browser, no form, a signature instead.
SIGNED = {"feed/v1/letters"}


@cache
def _routes() -> dict[str, Any]:
    return {str(pattern.pattern): pattern.callback for pattern in _flat(get_resolver("hongxian.config.urls_portal").url_patterns)}


def _flat(given: list[Any]) -> list[Any]:
    found: list[Any] = []
    for each in given:
        found += _flat(each.url_patterns) if hasattr(each, "url_patterns") else [each]
    return found


def _path(route: str) -> str:
    route = re.sub(r"<int:\w+>", "999999999", route)
    return "/" + re.sub(r"<(?:str|slug|path):\w+>", "x", route)


def _ask(client: Client, method: str, route: str) -> HttpResponse:
    answer: HttpResponse = getattr(client, method.lower())(_path(route))
    return answer


@pytest.fixture(scope="module")
def cast(company: None) -> Iterator[Cast]:
    found = Cast()
    with portal_process():
        yield found


CLOSED = sorted(set(_routes()) - set(OPEN) - SIGNED)


class TestAddresses:
    def test_that_are_open_are_there(self) -> None:
        assert set(OPEN) <= set(_routes())

    @pytest.mark.parametrize("route", CLOSED)
    @pytest.mark.parametrize("method", METHODS)
    def test_without_a_visit_lead_to_the_code(self, cast: Cast, route: str, method: str) -> None:
        someone = cast.member()
        for client in (
            Client(),
            browser_with("x"),
            browser_with(open_visit(someone, minutes_ago=61)),
            browser_with(open_visit(someone, scope="stop")),
        ):
            answer = _ask(client, method, route)
            assert answer.status_code in {302, 405}, route
            if answer.status_code == 302:
                assert answer.headers["Location"] == "/enter/"

    @pytest.mark.parametrize("route", sorted(set(_routes()) - SIGNED))
    def test_take_some_methods_only(self, cast: Cast, route: str) -> None:
        browser = browser_with(open_visit(cast.member()))
        for method in ("PUT", "PATCH", "DELETE"):
            assert _ask(browser, method, route).status_code == 405, (route, method)

    @pytest.mark.parametrize("route", sorted(set(_routes()) - SIGNED))
    def test_take_no_form_without_its_token(self, cast: Cast, route: str) -> None:
        browser = browser_with(open_visit(cast.member()), enforce_csrf_checks=True)
        assert _ask(browser, "POST", route).status_code in {403, 405}, route

    @pytest.mark.parametrize("route", sorted(set(_routes()) - SIGNED))
    def test_never_fail(self, cast: Cast, route: str) -> None:
        """A visitor who is known, one whom nobody knows, one who has died: a page or a refusal, no error."""
        for someone in (cast.member(held_by=cast.lan), None, cast.member(state="deceased"), cast.member(state="minor")):
            browser = browser_with(open_visit(someone))
            for method in ("GET", "POST"):
                if (method, route) != ("POST", "leave/"):
                    assert _ask(browser, method, route).status_code < 500, (route, method, someone)

    def test_stay_in_no_cache_and_in_no_frame(self, cast: Cast) -> None:
        browser = browser_with(open_visit(cast.member()))
        for route in ("", "source/", "stop/"):
            answer = _ask(browser, "GET", route)
            assert answer.headers["Cache-Control"] == "no-store"
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]

    def test_are_wrapped_by_the_door(self) -> None:
        wrapped = {name.rsplit(".", 1)[-1] for name in door.PAGES}
        for route in CLOSED:
            assert getattr(_routes()[route], "__name__", "") in wrapped, route
