"""
The keeper (守钥人): the one process that can open sealed fields. It answers over a Unix socket, and only

- for a trace that is already committed, fresh, and says yes,
- once for each trace,
- with exactly the fields that the trace names, which must be fields of the trace's purpose,
- for members on whom the asking person has a living ground, and whose consent to that purpose runs,
- and a number only against an unused permit, which is thereby used.

It takes nobody's word for any of this: it reads trace, ground, permit and state itself, as its own database role. It
also hashes numbers, in batches, each batch against a trace. One request is one line of JSON, the answer another.
"""

from __future__ import annotations

import base64
import hmac
import json
import logging
import socketserver
import sys
import time
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from psycopg import DataError
from psycopg import Error as DatabaseError
from psycopg_pool import ConnectionPool, PoolTimeout

from hongxian.consent.purposes import Purpose, catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.refusal import Refusal
from hongxian.vault.keys import PrivateKeys
from hongxian.vault.sealing import FIELDS, WORDS, Opener

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

log = logging.getLogger("hongxian.keeper")
SQL = Path(__file__).with_name("sql")
LONGEST_REQUEST = 2_000_000
LARGEST_BATCH = 5_000
# Seconds to wait for the database; less than callers wait for the keeper.
POOL_PATIENCE = 5.0
# Numbers hashed a minute, by process: whoever may hash without limit could list every number there is.
HASHES_A_MINUTE = {"worker": 600_000, "desk": 60, "portal": 60}
OPENS_FOR = frozenset({"desk", "worker", "dialer", "portal"})


class Denied(Exception):
    """Why the keeper does not answer; told to the caller as a code."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a committed trace says."""

    action: str
    purpose: str
    staff_id: int
    process: str
    member_ids: list[int]
    fields: list[str]
    permit_id: int | None


@dataclass(slots=True)
class Budget:
    """How many numbers a process has had hashed within the last minute."""

    limit: int
    spent: deque[tuple[float, int]] = field(default_factory=deque)

    def take(self, count: int, at: float) -> bool:
        """Whether `count` more fit now; if so they are spent."""
        while self.spent and self.spent[0][0] < at - 60:
            self.spent.popleft()
        if sum(each for _, each in self.spent) + count > self.limit:
            return False
        self.spent.append((at, count))
        return True


class Keeper:
    """Answers requests; safe to call from many threads."""

    def __init__(self, *, private: PrivateKeys, pool: ConnectionPool[Any], tokens: Mapping[str, str], gateway: bool) -> None:
        self._private, self._pool, self._tokens, self._gateway = private, pool, tokens, gateway
        self._opener, self._opening = Opener(private), Lock()
        self._budgets = {process: Budget(limit) for process, limit in HASHES_A_MINUTE.items()}
        self._text = {file.stem: file.read_text(encoding="utf-8") for file in SQL.glob("keeper_*.sql")}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """:raises Denied: with a code, and nothing has been opened."""
        process = self._who(str(request.get("token", "")))
        now = datetime.now(UTC)
        match request.get("do"):
            case "ping":
                return {"ok": True}
            case "reveal":
                return {"members": self._reveal(process, request, now)}
            case "words":
                return {"words": self._words(process, request, now)}
            case "hash":
                return {"hashes": self._hash(process, request, now)}
        raise Denied("unknown_request")

    def _who(self, token: str) -> str:
        for process, known in self._tokens.items():
            if known and hmac.compare_digest(known.encode(), token.encode(errors="replace")):
                return process
        raise Denied("unknown_process")

    def _reveal(self, process: str, request: Mapping[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
        if process not in OPENS_FOR:
            raise Denied("process_may_not_open")
        with self._transaction() as connection:
            trace = self._trace(connection, process, request, now)
            purpose = self._purpose(trace)
            self._check_assessment(connection, trace, purpose, now)
            self._check_grounds(connection, trace, purpose, request, now)
            if "number" in trace.fields:
                self._use_permit(connection, process, trace, request, now)
            rows = self._run(
                connection,
                "keeper_envelopes",
                city_id=request["city_id"],
                member_ids=trace.member_ids,
                fields=trace.fields,
            )
            return self._open(rows, trace)

    def _trace(self, connection: Connection[Any], process: str, request: Mapping[str, Any], now: datetime) -> Trace:
        key = {"city_id": request["city_id"], "at": request["at"], "id": request["id"], "now": now}
        rows = self._run(connection, "keeper_trace", **key)
        if not rows:
            raise Denied("no_committed_trace")
        trace = Trace(*rows[0])
        if trace.process != process:
            raise Denied("trace_of_another_process")
        if not self._run(connection, "keeper_mark", **key):
            raise Denied("already_answered")
        return trace

    def _purpose(self, trace: Trace) -> Purpose:
        purpose = catalogue().purpose(trace.purpose)
        if purpose is None:
            raise Denied("purpose_not_live")
        if not set(trace.fields) & set(FIELDS) or not set(trace.fields) <= purpose.fields:
            raise Denied("field_outside_purpose")
        return purpose

    def _check_assessment(self, connection: Connection[Any], trace: Trace, purpose: Purpose, now: datetime) -> None:
        if not purpose.needs_assessment:
            return
        rows = self._run(connection, "keeper_assessed", purpose=purpose.name, today=day_of(now))
        if not rows or not set(trace.fields) <= set(rows[0][0]):
            raise Denied("purpose_not_assessed")

    def _check_grounds(
        self, connection: Connection[Any], trace: Trace, purpose: Purpose, request: Mapping[str, Any], now: datetime
    ) -> None:
        rows = self._run(
            connection,
            "keeper_grounds",
            city_id=request["city_id"],
            member_ids=trace.member_ids,
            staff_id=trace.staff_id,
            kinds=sorted(purpose.grounds),
            now=now,
        )
        if {row[0] for row in rows} != set(trace.member_ids):
            raise Denied("no_ground")
        if purpose.receipt:
            self._check_receipts(connection, trace, purpose, request, now)

    def _check_receipts(
        self, connection: Connection[Any], trace: Trace, purpose: Purpose, request: Mapping[str, Any], now: datetime
    ) -> None:
        rows = self._run(
            connection,
            "keeper_receipts",
            city_id=request["city_id"],
            member_ids=trace.member_ids,
            purpose=purpose.name,
            notice_hash=purpose.notice_hash,
            today=day_of(now),
        )
        if {row[0] for row in rows} != set(trace.member_ids):
            raise Denied("no_consent")

    def _use_permit(
        self, connection: Connection[Any], process: str, trace: Trace, request: Mapping[str, Any], now: datetime
    ) -> None:
        if process == "desk" and self._gateway:
            raise Denied("gateway_calls_instead")
        if trace.permit_id is None or len(trace.member_ids) != 1 or trace.fields != ["number"]:
            raise Denied("no_permit")
        used = self._run(
            connection,
            "keeper_permit",
            city_id=request["city_id"],
            permit_id=trace.permit_id,
            member_id=trace.member_ids[0],
            staff_id=trace.staff_id,
            purpose=trace.purpose,
            now=now,
        )
        if not used:
            raise Denied("permit_used_late_or_foreign")

    def _words(self, process: str, request: Mapping[str, Any], now: datetime) -> list[tuple[int, str]]:
        """What a person wrote to the privacy office and was answered, for a trace that names just them."""
        if process != "desk":
            raise Denied("process_may_not_open")
        with self._transaction() as connection:
            trace = self._trace(connection, process, request, now)
            purpose = catalogue().purpose(trace.purpose)
            if purpose is None:
                raise Denied("purpose_not_live")
            if len(trace.fields) != 1 or not set(trace.fields) <= purpose.fields & set(WORDS):
                raise Denied("field_outside_purpose")
            key = {name: request[name] for name in ("city_id", "at", "id")}
            rows = self._run(connection, "keeper_words", roles=sorted(purpose.roles), **key)
        with self._opening:
            return [
                (number, self._opener.open(member_id, kek_id, bytes(wrapped), {trace.fields[0]: bytes(body)})[trace.fields[0]])
                for number, member_id, kek_id, wrapped, body in rows
            ]

    def _open(self, rows: list[tuple[Any, ...]], trace: Trace) -> dict[str, dict[str, Any]]:
        """Field by field the oldest envelope wins; notes are many, each with its envelope's number."""
        opened: dict[str, dict[str, Any]] = {str(member_id): {} for member_id in trace.member_ids}
        for member_id, envelope_id, kek_id, wrapped, *columns in rows:
            sealed = {
                name: bytes(body) for name, body in zip(FIELDS, columns, strict=True) if body is not None and name in trace.fields
            }
            with self._opening:
                texts = self._opener.open(member_id, kek_id, bytes(wrapped), sealed)
            known = opened[str(member_id)]
            for name, text in texts.items():
                if name == "note":
                    known.setdefault("note", []).append([envelope_id, text])
                else:
                    known.setdefault(name, text)
        return opened

    def _hash(self, process: str, request: Mapping[str, Any], now: datetime) -> list[list[str]]:
        numbers = request.get("numbers")
        if not isinstance(numbers, list) or len(numbers) > LARGEST_BATCH:
            raise Denied("batch_too_large")
        budget = self._budgets.get(process)
        if budget is None or not budget.take(len(numbers), time.monotonic()):
            raise Denied("too_many_numbers")
        with self._transaction() as connection:
            trace = self._trace(connection, process, request, now)
        if trace.action != "vault.hash" or trace.fields != ["number_hash"]:
            raise Denied("trace_of_another_act")
        return [[base64.b64encode(each).decode() for each in self._private.hash_number(str(number))] for number in numbers]

    @contextmanager
    def _transaction(self) -> Iterator[Connection[Any]]:
        with self._pool.connection() as connection:
            yield connection

    def _run(self, connection: Connection[Any], name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return connection.execute(self._text[name].encode(), parameters).fetchall()


class Handler(socketserver.StreamRequestHandler):
    """One connection: any number of requests, a line each."""

    def handle(self) -> None:
        """Never lets a reason travel that could carry a value: only codes go out and into the log."""
        with suppress(ConnectionError):  # who asked has gone
            for line in iter(lambda: self.rfile.readline(LONGEST_REQUEST), b""):
                started = time.monotonic()
                whole = line.endswith(b"\n")
                answer = self._answer(line) if whole else {"denied": "bad_request"}
                log.info("answered", extra={"denied": answer.get("denied"), "ms": round((time.monotonic() - started) * 1000, 1)})
                self.wfile.write(json.dumps(answer).encode() + b"\n")
                if not whole:  # the rest of an endless line must not be taken for further questions
                    return

    def _answer(self, line: bytes) -> dict[str, Any]:
        keeper: Keeper = self.server.keeper  # type: ignore[attr-defined] # set where the server is made
        try:
            return keeper.answer(_request_in(line))
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


def serve(*, socket: Path, keys_folder: Path, conninfo: str, tokens: Mapping[str, str], gateway: bool) -> Server:
    """
    Makes the keeper ready to `serve_forever()`; replaces a socket that a killed keeper left behind.

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
    server.keeper = Keeper(  # type: ignore[attr-defined] # read back by Handler
        private=private, pool=pool, tokens=tokens, gateway=gateway
    )
    return server
