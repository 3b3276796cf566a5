"""A real Kannel between us and an SMSC of our own."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from hongxian.cli import kannel
from hongxian.outreach.gateways.kannel import Kannel
from tests.gateways.smsc import Smsc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Heard = list[tuple[str, str, dict[str, str], bytes]]


def until(what: str, found: Callable[[], Any], *, seconds: float = 20.0) -> Any:
    """Waits for something to come about; gives it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.02)
    raise AssertionError(what)


@contextmanager
def running_kannel(smsc: Smsc, name: str = "kannel") -> Iterator[kannel.Kannel]:
    """Bound to the SMSC before the block begins."""
    with kannel.Kannel(folder=settings.HOME.run / name, smsc=smsc.group()) as box:
        until("Kannel bound", box.bound)
        yield box


def gateway_to(box: kannel.Kannel) -> Kannel:
    return Kannel(url=box.url, user=kannel.USER, password=box.password, status_url=box.status_url)


@pytest.fixture(scope="module")
def link(home: None, ear: Heard) -> Iterator[tuple[kannel.Kannel, Smsc]]:
    with Smsc() as made, running_kannel(made) as box:
        yield box, made


@pytest.fixture
def box(link: tuple[kannel.Kannel, Smsc]) -> kannel.Kannel:
    return link[0]


@pytest.fixture
def smsc(link: tuple[kannel.Kannel, Smsc]) -> Smsc:
    link[1].forget()
    return link[1]


@pytest.fixture
def gateway(box: kannel.Kannel, smsc: Smsc) -> Iterator[Kannel]:
    made = gateway_to(box)
    yield made
    made.close()


@pytest.fixture
def calls_back(ear: Heard) -> Heard:
    """What Kannel calls back with: method, address, headers, body."""
    ear.clear()
    return ear


@pytest.fixture(scope="module")
def ear(home: None) -> Iterator[Heard]:
    """A server in the desk's place."""
    said: Heard = []

    class Ear(BaseHTTPRequestHandler):
        def _hear(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said.append((self.command, self.path, dict(self.headers), body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = _hear  # noqa: N815 - their names in http.server

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    before = settings.GATEWAY_CALLBACKS
    settings.GATEWAY_CALLBACKS = f"http://127.0.0.1:{server.server_address[1]}"
    yield said
    settings.GATEWAY_CALLBACKS = before
    server.shutdown()
    server.server_close()
    thread.join()
