"""
The carrier of a drill, outside the company: an HTTP server that takes texts as Kannel's smsbox does, counts each by the address
that its report is to go to, and brings the report a moment later, again and again until somebody takes it.
"""

from __future__ import annotations

import threading
import time
import urllib.request
from collections import defaultdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

AGAIN, TRIES = 1.0, 60


class Carrier:
    """`taken` has the moments at which a text came in, by its word (outreach/gateways/signing.py); `numbers` whom it was for."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.numbers: dict[str, str] = {}
        self.room = threading.Event()
        self.room.set()
        self._reports: list[tuple[float, str, int]] = []
        self._lock, self._ended = threading.Lock(), threading.Event()
        carrier = self

        class Box(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                takes = carrier.room.is_set()
                if takes:
                    carrier.take(self.headers.get("X-Kannel-DLR-URL", ""), self.headers.get("X-Kannel-To", ""))
                self.send_response(HTTPStatus.ACCEPTED if takes else HTTPStatus.SERVICE_UNAVAILABLE)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Box)
        self._server.daemon_threads = True
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._server.serve_forever, self._report)]

    @property
    def address(self) -> str:
        """Where texts are posted."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/cgi-bin/sendsms"

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, report: str, number: str) -> None:
        """A text came in."""
        if not report:
            return
        word = report.split("/report/", 1)[-1].split("/", 1)[0]
        with self._lock:
            self.taken[word].append(time.time())
            self.numbers[word] = number
            self._reports.append((time.monotonic() + 0.3, report.replace("%d", "1").replace("%D", ""), 0))

    def _report(self) -> None:
        while not self._ended.wait(0.1):
            with self._lock:
                due = [each for each in self._reports if each[0] <= time.monotonic()]
                self._reports = [each for each in self._reports if each not in due]
            for _, address, tries in due:
                if not _told(address) and tries < TRIES:
                    with self._lock:
                        self._reports.append((time.monotonic() + AGAIN, address, tries + 1))


def _told(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False
