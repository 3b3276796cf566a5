"""
A cloud of virtual numbers for tests, on this machine: behaves as its documentation says, with its troubles on request.

It checks signatures, refuses a word used twice, does a reference once, hands out virtual numbers, and lets a test say what
the phones do. What the member's number is it learns in the binding alone.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from hongxian.outreach.gateways.cloud_signed import signature

if TYPE_CHECKING:
    from typing import Self

KEY, SECRET = "hongxian-test", "a secret of the tests"
TOLERANCE = 300
X = "+8616700000001"


@dataclass
class Line:
    """A call as the cloud knows it."""

    call_id: str
    reference: str
    binding_id: str
    events: dict[str, str] = field(default_factory=dict)
    digits: str = ""
    released: dict[str, str] | None = None


class CloudServer:
    """`with CloudServer() as cloud: cloud.url …`"""

    def __init__(self) -> None:
        self.bindings: dict[str, dict[str, Any]] = {}
        self.unbound: list[str] = []
        self.lines: dict[str, Line] = {}
        self.requests: list[tuple[str, str]] = []
        self.refuse = ""  # a code that binding answers with
        self.drop = 0  # so many answers are lost on their way, after the request was done
        self.dead = False
        self._nonces: set[str] = set()
        self._one = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer._take(self, "POST")

            def do_GET(self) -> None:
                outer._take(self, "GET")

            def do_DELETE(self) -> None:
                outer._take(self, "DELETE")

            def log_message(self, *_words: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/axb"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_what: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def line(self, reference: str) -> Line:
        """The call of a reference; waits for it."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for line in list(self.lines.values()):
                if line.reference == reference:
                    return line
            time.sleep(0.01)
        raise AssertionError("no such call")

    def happens(self, reference: str, *events: str, digits: str = "") -> None:
        """The phones do something."""
        line = self.line(reference)
        line.digits += digits
        for event in events:
            line.events[event] = datetime.now(UTC).isoformat()

    def releases(self, reference: str, side: str, reason: str) -> None:
        """The call is over."""
        self.line(reference).released = {"side": side, "reason": reason, "at": datetime.now(UTC).isoformat()}

    def _take(self, request: BaseHTTPRequestHandler, method: str) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        with self._one:
            self.requests.append((method, request.path))
            answer = {"code": "SERVICE_UNAVAILABLE"} if self.dead else self._answer(request, method, body)
            if self.drop:
                self.drop -= 1
                request.close_connection = True
                return
        said = json.dumps(answer).encode()
        request.send_response(200)
        request.send_header("Content-Length", str(len(said)))
        request.end_headers()
        request.wfile.write(said)

    def _answer(  # noqa: PLR0911 - a request, an answer
        self, request: BaseHTTPRequestHandler, method: str, body: bytes
    ) -> dict[str, Any]:
        wrong = self._wrong(request, method, body)
        if wrong:
            return {"code": wrong}
        content = json.loads(body) if body else {}
        match [method, *request.path.removeprefix("/axb/v1/").split("/")]:
            case ["POST", "bindings"]:
                return self._bind(content)
            case ["DELETE", "bindings", binding_id]:
                self.unbound.append(binding_id)
                return {"code": "OK" if self.bindings.pop(binding_id, None) else "BINDING_NOT_FOUND"}
            case ["POST", "calls"]:
                return self._call(content)
            case ["GET", "calls", call_id] if call_id in self.lines:
                line = self.lines[call_id]
                return {"code": "OK", "events": dict(line.events), "digits": line.digits, "released": line.released}
            case ["POST", "calls", call_id, "release"] if call_id in self.lines:
                self.lines[call_id].released = {"side": "platform", "reason": "released", "at": datetime.now(UTC).isoformat()}
                return {"code": "OK"}
        return {"code": "CALL_NOT_FOUND"}

    def _wrong(self, request: BaseHTTPRequestHandler, method: str, body: bytes) -> str:
        moment, once = request.headers["X-Timestamp"], request.headers["X-Nonce"]
        signed = signature(secret=SECRET, method=method, path=request.path, moment=moment, once=once, body=body)
        if request.headers["X-App-Key"] != KEY or request.headers["X-Signature"] != signed:
            return "SIGNATURE_INVALID"
        if abs(time.time() - int(moment)) > TOLERANCE:
            return "TIMESTAMP_EXPIRED"
        if once in self._nonces:
            return "NONCE_USED"
        self._nonces.add(once)
        return ""

    def _bind(self, content: dict[str, Any]) -> dict[str, Any]:
        if self.refuse:
            return {"code": self.refuse}
        known = next((key for key, each in self.bindings.items() if each["reference"] == content["reference"]), None)
        binding_id = known or f"b{len(self.bindings) + 1}"
        self.bindings[binding_id] = content
        return {"code": "OK", "binding_id": binding_id, "x": X}

    def _call(self, content: dict[str, Any]) -> dict[str, Any]:
        if content["binding_id"] not in self.bindings:
            return {"code": "BINDING_NOT_FOUND"}
        known = next((each for each in self.lines.values() if each.reference == content["reference"]), None)
        line = known or Line(f"c{len(self.lines) + 1}", content["reference"], content["binding_id"])
        self.lines[line.call_id] = line
        return {"code": "OK", "call_id": line.call_id}
