"""The keeper's socket: one connection is any number of requests, a line each, answered one after the other."""

from __future__ import annotations

import json
import logging
import socketserver
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from psycopg import DataError
from psycopg import Error as DatabaseError
from psycopg_pool import ConnectionPool, PoolTimeout

from hongxian.consent.purposes import catalogue
from hongxian.kernel.refusal import Refusal
from hongxian.vault.keeper import Denied, Keeper
from hongxian.vault.keys import PrivateKeys
from hongxian.vault.visiting import Visits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hongxian.vault.lately import Lately

log = logging.getLogger("hongxian.keeper")
LONGEST_REQUEST = 2_000_000
# Seconds to wait for the database; less than callers wait for the keeper.
POOL_PATIENCE = 5.0
# What may be asked for; anything else is counted as "other", so that nobody fills the memory with words of their own.
COUNTED = frozenset({"reveal", "numbers", "hash", "code", "enter", "words", "sent", "pushed", "ping", "pulse"})


@dataclass(slots=True)
class Answers:
    """How many answers this keeper has given since it began, by question and code, and the seconds they took: for monitoring."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def note(self, *, asked: str, denied: str, seconds: float) -> None:
        """One more."""
        with self._lock:
            self.counts[f"{asked if asked in COUNTED else 'other'} {denied or 'ok'}"] += 1
            self.seconds += seconds

    def told(self) -> dict[str, Any]:
        """As it goes over the socket: no more than numbers."""
        with self._lock:
            return {"answers": dict(self.counts), "seconds": round(self.seconds, 3)}


class Handler(socketserver.StreamRequestHandler):
    """One connection: any number of requests, a line each."""

    def handle(self) -> None:
        """Never lets a reason travel that could carry a value: only codes go out and into the log."""
        with suppress(ConnectionError):  # who asked has gone
            for line in iter(lambda: self.rfile.readline(LONGEST_REQUEST), b""):
                started = time.monotonic()
                whole = line.endswith(b"\n")
                asked, answer = self._answer(line) if whole else ("", {"denied": "bad_request"})
                seconds = time.monotonic() - started
                log.info("answered", extra={"denied": answer.get("denied"), "ms": round(seconds * 1000, 1)})
                self.server.answers.note(asked=asked, denied=answer.get("denied", ""), seconds=seconds)  # type: ignore[attr-defined] # set where the server is made
                self.wfile.write(json.dumps(answer).encode() + b"\n")
                if not whole:  # the rest of an endless line must not be taken for further questions
                    return

    def _answer(self, line: bytes) -> tuple[str, dict[str, Any]]:
        """What was asked for, and the answer."""
        try:
            request = _request_in(line)
        except (ValueError, TypeError, RecursionError):
            return "", {"denied": "bad_request"}
        asked = str(request.get("do"))
        if asked != "pulse":
            return asked, self._answer_to(request)
        answer = self._answer_to({**request, "do": "ping"})  # whoever may knock may also ask how many have
        return asked, answer | self.server.answers.told() if "ok" in answer else answer  # type: ignore[attr-defined] # see above

    def _answer_to(self, request: Mapping[str, Any]) -> dict[str, Any]:
        keeper: Keeper = self.server.keeper  # type: ignore[attr-defined] # set where the server is made
        try:
            return keeper.answer(request)
        except Denied as denied:
            return {"denied": str(denied)}
        except Refusal as refusal:
            return {"denied": refusal.code}
        except (ValueError, KeyError, TypeError, RecursionError, DataError):
            return {"denied": "bad_request"}
        except InvalidTag:
            return {"denied": "seal_broken"}
        except (DatabaseError, PoolTimeout):
            return {"denied": "database"}


def _request_in(line: bytes) -> Mapping[str, Any]:
    request = json.loads(line)
    if not isinstance(request, dict):
        raise TypeError
    return request


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A thread a connection; connections are the few processes of one machine."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's signature
        """A bug in the keeper: the caller sees the connection end; the log's formatter lets no value through."""
        log.error("failed", exc_info=sys.exc_info())


def serve(
    *,
    socket: Path,
    keys_folder: Path,
    conninfo: str,
    tokens: Mapping[str, str],
    gateway: bool,
    lately: Lately,
    portal: str = "",
) -> Server:
    """
    Makes the keeper ready to `serve_forever()`; replaces a socket that a killed keeper left behind.

    `portal` is the address of the members' pages, for the link in the texts with codes.

    :raises vault.keys.KeysMissing: before the first set-up.
    """
    catalogue()
    pool: ConnectionPool[Any] = ConnectionPool(
        conninfo, min_size=2, max_size=8, timeout=POOL_PATIENCE, open=True, check=ConnectionPool.check_connection
    )
    private = PrivateKeys.load(keys_folder)
    socket.unlink(missing_ok=True)
    server = Server(str(socket), Handler)
    socket.chmod(0o660)
    server.answers = Answers()  # type: ignore[attr-defined] # read back by Handler
    server.keeper = Keeper(  # type: ignore[attr-defined] # read back by Handler
        private=private,
        pool=pool,
        tokens=tokens,
        gateway=gateway,
        lately=lately,
        visits=Visits(private=private, keys_folder=keys_folder, portal=portal),
    )
    return server
