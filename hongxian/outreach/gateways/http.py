"""
A small HTTP client for gateways on this machine or the next: connections that are kept, and never a request sent twice.

Python's own client opens a closed connection anew and sends again by itself. Here a failure says whether anything had gone
out: before the first byte it is `NotSent`, afterwards `NoAnswer`, and the text behind it may have left.
"""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE = 10.0
LONGEST_HEAD, LONGEST_BODY = 16_384, 1 << 20
FIRST_STATUS, LAST_STATUS = 100, 599


class NotSent(OSError):
    """Nobody was there: nothing has gone out."""


class NoAnswer(OSError):
    """It went out, in part or as a whole, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: bytes


class Connection:
    """One kept connection to one server. Not for two threads at once."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._target = parts.path or "/"
        if parts.query:
            self._target += f"?{parts.query}"
        self._patience = patience
        self._plug: socket.socket | None = None
        self._rest = b""

    def ask(self, method: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """
        One request, sent once.

        :raises NotSent: the server cannot be reached.
        :raises NoAnswer: see there.
        """
        head = f"{method} {self._target} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Length: {len(body)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        plug = self._connected()
        try:
            plug.sendall(head.encode("utf-8") + b"\r\n" + body)
            return self._answer(plug)
        except (OSError, ValueError) as error:
            self.close()
            raise NoAnswer from error

    def _connected(self) -> socket.socket:
        """A connection that nobody has closed: one that has something to say before it was asked has said goodbye."""
        if self._plug is not None and select.select([self._plug], [], [], 0)[0]:
            self.close()
        if self._plug is None:
            try:
                self._plug = socket.create_connection((self._host, self._port), self._patience)
            except OSError as error:
                raise NotSent from error
            self._plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._plug

    def _answer(self, plug: socket.socket) -> Answer:
        head, self._rest = self._until(plug, b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ", 2)[1])
        if not FIRST_STATUS <= status <= LAST_STATUS:
            raise ValueError
        said = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = said.get("content-length")
        body = self._to_the_end(plug) if length is None else self._exactly(plug, int(length))
        if length is None or said.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, body)

    def _until(self, plug: socket.socket, mark: bytes) -> tuple[bytes, bytes]:
        got = self._rest
        while mark not in got:
            more = plug.recv(65_536)
            if not more or len(got) > LONGEST_HEAD:
                raise ConnectionResetError
            got += more
        head, _, rest = got.partition(mark)
        return head, rest

    def _exactly(self, plug: socket.socket, length: int) -> bytes:
        if not 0 <= length <= LONGEST_BODY:
            raise ValueError
        while len(self._rest) < length:
            more = plug.recv(65_536)
            if not more:
                raise ConnectionResetError
            self._rest += more
        body, self._rest = self._rest[:length], self._rest[length:]
        return body

    def _to_the_end(self, plug: socket.socket) -> bytes:
        body = self._rest
        while (more := plug.recv(65_536)) and len(body) <= LONGEST_BODY:
            body += more
        return body

    def close(self) -> None:
        """Hang up."""
        plug, self._plug, self._rest = self._plug, None, b""
        if plug is not None:
            with suppress(OSError):
                plug.close()
