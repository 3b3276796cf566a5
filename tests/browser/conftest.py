"""A real desk behind a real browser. Every page a test visits is checked: no console errors, no axe violations, no jumps."""

from __future__ import annotations

import os
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.hashers import make_password
from playwright.sync_api import sync_playwright

from hongxian.cli import processes
from tests import cast
from tests.server import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEMO = {"HONGXIAN_DEMO": "1"}
PASSWORD = "一个很长的口令 2026"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
MOST_SHIFT = 0.05
WATCH_SHIFTS = """
window.__shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture(scope="session")
def desk(company: None) -> Iterator[str]:
    """The address of a desk process of its own, signed in to the database as the desk."""
    with _served("desk", "/health/ready") as address:
        yield address


@pytest.fixture(scope="module")
def portal(company: None) -> Iterator[str]:
    """The address of a portal as in the demo, with the worker that sends its codes and seals its traces."""
    with processes.running("worker", DEMO), _served("portal", "/health/live", DEMO) as address:
        yield address


@contextmanager
def _served(process: str, ready: str, more: Mapping[str, str] | None = None) -> Iterator[str]:
    port = free_port()
    name = "HONGXIAN_PORTAL_PORT" if process == "portal" else "HONGXIAN_PORT"
    child = processes.start(process, {name: str(port), **(more or {})})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if _answers(f"{address}{ready}"):
                break
            time.sleep(0.1)
        else:
            pytest.fail(processes.log_file(process).read_text(encoding="utf-8")[-2000:])
        yield address
    finally:
        processes.stop(child)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gone with its module: while Playwright runs, Django takes this thread for an asynchronous one."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def noon_somewhere() -> str:
    """A time zone in which it is about one in the afternoon, so that calling hours never depend on when tests run."""
    ahead = (13 - datetime.now(UTC).hour) % 24
    ahead = ahead - 24 if ahead > 14 else ahead
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@dataclass
class Visitor:
    """Somebody at a screen."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in(self, person: cast.Person) -> None:
        self.open("/login/")
        self.page.fill("#username", person.employee_no)
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def see_the_list(self) -> None:
        """The list beside a member; on a phone it is opened, fetched then, and shut again."""
        toggle = self.page.locator(".hx-worklist-toggle")
        folded = toggle.is_visible()
        if folded:
            toggle.click()
        self.page.wait_for_selector("#list li")
        if folded:
            toggle.click()
            self.page.wait_for_selector("#list li", state="hidden")

    def enter(self, number: str) -> None:
        """Into the portal by a code, as it lies in the demo's outbox."""
        self.open("/enter/")
        self.page.fill("#number", number)
        self.page.click("main button[type=submit]")
        self.page.fill("#code", self.code_for(number))
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(lambda url: "/enter/" not in url)

    def code_for(self, number: str) -> str:
        outbox = self.page.context.new_page()
        try:
            for _ in range(100):
                outbox.goto(self.address + "/demo/outbox/")
                for text in outbox.locator(".hx-portal-list > li").all():
                    if number[-11:] in text.inner_text():
                        return text.locator(".hx-portal-shown-code").inner_text().strip()
                time.sleep(0.1)
        finally:
            outbox.close()
        return pytest.fail("no code has come")

    def look(self, name: str) -> None:
        """Checks the page as it stands, and keeps a picture where HONGXIAN_PICTURES says."""
        self.page.wait_for_load_state("networkidle")
        folder = os.environ.get("HONGXIAN_PICTURES")
        if folder:
            width = self.page.viewport_size["width"] if self.page.viewport_size else 0
            self.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
        found: dict[str, Any] = Axe().run(self.page).response
        assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found["violations"]] == [], name
        shift = self.page.evaluate("window.__shift")
        assert shift < MOST_SHIFT, f"{name}: the layout jumps by {shift:.3f}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name}: {wide} px wider than the screen"
        assert self.errors == [], name


@pytest.fixture
def visit(desk: str, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visit(phone=True, language="en")` gives somebody of the staff at a fresh screen."""
    with _screens(desk, browser) as start:
        yield start


@pytest.fixture
def call_on(portal: str, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """The same for somebody who calls on the portal."""
    with _screens(portal, browser) as start:
        yield start


@contextmanager
def _screens(address: str, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    contexts: list[BrowserContext] = []

    def start(*, phone: bool = False, language: str = "zh-hans") -> Visitor:
        context = browser.new_context(viewport=PHONE if phone else DESKTOP, locale="zh-CN", has_touch=phone)  # type: ignore[arg-type] # a plain dict
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": address}])
        context.add_init_script(WATCH_SHIFTS)
        contexts.append(context)
        page = context.new_page()
        visitor = Visitor(page=page, address=address)

        def complain(text: str) -> None:
            # The browser's own line about a 4xx answer is no error of ours, nor is htmx's about an answer that comes when the
            # part of the page that asked has been exchanged already.
            if not any(each in text for each in ("Failed to load resource", "htmx:targetError", "target #call")):
                visitor.errors.append(text)

        page.on("console", lambda message: complain(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complain(str(error)))
        return visitor

    try:
        yield start
    finally:
        for context in contexts:
            context.close()


@pytest.fixture(scope="session")
def encoded() -> str:
    """One hash for all: scrypt takes its time."""
    return make_password(PASSWORD)


@pytest.fixture
def people(company: None, encoded: str) -> cast.Cast:
    """A city where it is afternoon, whose people can sign in."""
    found = cast.Cast(timezone=noon_somewhere())
    for person in found.people.values():
        cast.run("UPDATE auth_user SET password = %(password)s WHERE id = %(id)s", password=encoded, id=person.account_id)
    return found
