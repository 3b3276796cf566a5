"""
A STAND-IN for everybody's work groups, in the demo only: it takes the hourly digests on 127.0.0.1 and says that they arrived.

Whatever robot's address somebody enters in the demo, the digest goes here and not to its company.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

ADDRESS, MOST = "127.0.0.1", 65_536
ANSWER = json.dumps({"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}).encode()  # what each of the three looks for


class _Group(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Reads the message and forgets it."""
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_words: object) -> None:
        """Nothing: a log line is made of what a stranger sent."""


class Groups:
    """The stand-in for the length of a block."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer((ADDRESS, 0), _Group)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="groups", daemon=True)

    def environment(self) -> dict[str, str]:
        """What the worker must know of it."""
        return {"HONGXIAN_DIGEST_STAND_IN": f"http://{ADDRESS}:{self._server.server_port}"}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
