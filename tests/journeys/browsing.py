"""A browser of plain HTTP against a real desk process, and a crawl over every page that one person can reach."""

from __future__ import annotations

import html
import http.client
import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore

from hongxian.cli import company as installation
from tests.conftest import signed_in_as
from tests.server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.cast import Person

_LINK = re.compile(r'\b(?:href|hx-get|action)="([^"]+)"')
MOST_PAGES = 80


@contextmanager
def serving_desk() -> Iterator[int]:
    """The desk's own process on a free port, once it answers."""
    port = free_port()
    with installation.running("desk", {"HONGXIAN_PORT": str(port)}) as child:
        deadline = time.monotonic() + 20
        while True:
            try:
                if Browser(port).get("/health/ready").status == 200:
                    break
            except OSError:
                if child.poll() is not None or time.monotonic() > deadline:
                    raise
            time.sleep(0.1)
        yield port


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, all of it."""

    path: str
    status: int
    headers: str
    body: str

    @property
    def everything(self) -> str:
        return self.headers + "\n" + html.unescape(self.body)

    @property
    def main(self) -> str:
        """The page's own part, without what changes from one answer to the next."""
        part = self.body[self.body.find("<main") : self.body.find("</main>")] if "<main" in self.body else self.body
        return re.sub(r'value="\w{64}"|"X-CSRFToken": "\w+"|value="[0-9a-f-]{36}"', "", part)


@dataclass(slots=True)
class Browser:
    """Keeps cookies, follows nothing by itself."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    seen: list[Answer] = field(default_factory=list)

    @classmethod
    def of(cls, port: int, person: Person) -> Browser:
        """Somebody who is signed in."""
        with signed_in_as("desk"):
            user: Any = get_user_model()._default_manager.get(pk=person.account_id)
            session = SessionStore()
            session[SESSION_KEY] = str(user.pk)
            session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
        return cls(port, {"hongxian_desk": str(session.session_key)})

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"")

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(form).encode())

    def _ask(self, method: str, path: str, body: bytes) -> Answer:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("hongxian_desk_csrf", ""),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            raw = response.read()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        answer = Answer(path, response.status, str(response.headers), raw.decode("utf-8", errors="replace"))
        self.seen.append(answer)
        return answer

    def crawl(self, *starts: str) -> list[Answer]:
        """Every page that links lead to from here, the same address only once."""
        found: list[Answer] = []
        waiting = list(starts or ("/",))
        known = set(waiting)
        while waiting and len(found) < MOST_PAGES:
            answer = self.get(waiting.pop(0))
            found.append(answer)
            links = [html.unescape(link) for link in _LINK.findall(answer.body)]
            links += re.findall(r"^Location: (\S+)$", answer.headers, re.MULTILINE)
            for link in links:
                parts = urlsplit(urljoin(f"http://here{answer.path}", link))
                path = parts.path + (f"?{parts.query}" if parts.query else "")
                if parts.netloc == "here" and not path.startswith(("/static/", "/logout")) and path not in known:
                    known.add(path)
                    waiting.append(path)
        return found
