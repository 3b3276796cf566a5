"""A real desk behind a real browser. Every page a test visits is checked: no console errors, no axe violations, no jumps."""

from __future__ import annotations

import os
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.hashers import make_password
from playwright.sync_api import sync_playwright

from tests import cast
from tests.server import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

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
    from hongxian.cli import processes

    port = free_port()
    child = processes.start("desk", {"HONGXIAN_PORT": str(port)})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            if _answers(f"{address}/health/ready"):
                break
            time.sleep(0.1)
        else:
            pytest.fail(processes.log_file("desk").read_text(encoding="utf-8")[-2000:])
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
    """`visit(width="phone", language="en")` gives somebody at a fresh screen."""
    contexts: list[BrowserContext] = []

    def start(*, phone: bool = False, language: str = "zh-hans") -> Visitor:
        context = browser.new_context(viewport=PHONE if phone else DESKTOP, locale="zh-CN", has_touch=phone)  # type: ignore[arg-type] # a plain dict
        context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": desk}])
        context.add_init_script(WATCH_SHIFTS)
        contexts.append(context)
        page = context.new_page()
        visitor = Visitor(page=page, address=desk)

        def complain(message: ConsoleMessage) -> None:
            # The browser's own line about a 4xx answer is no error of ours.
            if message.type == "error" and "Failed to load resource" not in message.text:
                visitor.errors.append(message.text)

        page.on("console", complain)
        page.on("pageerror", lambda error: visitor.errors.append(str(error)))
        return visitor

    yield start
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
