"""
The keeper (守钥人): the one process that can open sealed fields. It answers over a Unix socket, and only

- for a trace that is already committed, fresh, and says yes,
- once for each trace,
- with exactly the fields that the trace names, which must be fields of the trace's purpose,
- for members on whom the asking person has a living ground, and whose consent to that purpose runs,
- and a number only against an unused permit, which is thereby used; many at once for the worker and the dialer (handing.py);
  none for a contact while its clock lies behind what it has seen already (lately.py).

Members themselves it answers through the portal, and only about themselves: with the token of a visit (visiting.py) in place
of a ground. It takes nobody's word for any of this: it reads trace, ground, permit, visit and state itself, as its own
database role. It also hashes numbers, in batches, each batch against a trace, and makes and checks the codes that members
sign in with. One request is one line of JSON, the answer another.
"""

from __future__ import annotations

import base64
import hmac
import logging
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from psycopg_pool import ConnectionPool

from hongxian.consent import ordering
from hongxian.consent.purposes import Purpose, catalogue
from hongxian.kernel.clock import day_of
from hongxian.kernel.sql import text_of
from hongxian.vault import handing, own_words
from hongxian.vault.budgets import HASHES_A_MINUTE, Budget
from hongxian.vault.keys import PrivateKeys
from hongxian.vault.sealing import FIELDS, WORDS, Opener
from hongxian.vault.visiting import Visits, token_hash
from hongxian.vault.words import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

    from hongxian.vault.lately import Lately

log = logging.getLogger("hongxian.keeper")
SQL = Path(__file__).with_name("sql")
LARGEST_BATCH = 5_000
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


class Keeper:
    """Answers requests; safe to call from many threads."""

    def __init__(
        self,
        *,
        private: PrivateKeys,
        pool: ConnectionPool[Any],
        tokens: Mapping[str, str],
        gateway: bool,
        visits: Visits,
        lately: Lately,
    ) -> None:
        self._private, self._pool, self._tokens, self._gateway, self._visits = private, pool, tokens, gateway, visits
        self._lately = lately
        self._opener, self._opening = Opener(private), Lock()
        self._own_words = own_words.Words(self._opener, self._opening)
        self._budgets = {process: Budget(limit) for process, limit in HASHES_A_MINUTE.items()}
        self._text = {file.stem: text_of("vault", file.stem) for file in SQL.glob("keeper_*.sql")}

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """:raises Denied: with a code, and nothing has been opened."""
        process = self._who(str(request.get("token", "")))
        now = datetime.now(UTC)
        match request.get("do"):
            case "ping":
                return {"ok": True} | ({"numbers": False} if self._lately.went_back(now) else {})
            case "reveal":
                return {"members": self._reveal(process, request, now)}
            case "numbers":
                return {"numbers": self._numbers(process, request, now)}
            case "hash":
                return {"hashes": self._hash(process, request, now)}
            case "code" | "enter" as act:
                return self._visit(process, request, now, f"visit.{act}")
            case "words" | "sent" | "pushed" as own:
                return {own: {"words": self._words, "sent": self._sent, "pushed": self._pushed}[own](process, request, now)}
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
            buckets = ordering.buckets_of(request["city_id"], trace.member_ids)
            self._run(connection, "keeper_hold", space=ordering.SPACE, buckets=buckets)
            if process == "portal":
                self._check_visit(connection, trace, purpose, request, now)
            else:
                self._check_grounds(connection, trace, purpose, request, now)
            if "number" in trace.fields and process != "portal":
                self._use_permit(connection, process, trace, request, now)
            rows = self._run(
                connection,
                "keeper_envelopes",
                city_id=request["city_id"],
                member_ids=trace.member_ids,
                fields=trace.fields,
            )
            return self._open(rows, member_ids=trace.member_ids, fields=trace.fields)

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

    def _check_visit(
        self, connection: Connection[Any], trace: Trace, purpose: Purpose, request: Mapping[str, Any], now: datetime
    ) -> None:
        """The portal opens what is the visitor's own, for as long as the visit runs, and nothing else."""
        if "self" not in purpose.grounds:
            raise Denied("purpose_not_own")
        token = token_hash(str(request.get("visit", "")))
        rows = self._run(connection, "keeper_visit", token_hash=token, city_id=request["city_id"], now=now)
        if len(rows) != 1 or trace.member_ids != [rows[0][0]]:
            raise Denied("no_visit")

    def _check_grounds(
        self, connection: Connection[Any], trace: Trace, purpose: Purpose, request: Mapping[str, Any], now: datetime
    ) -> None:
        rows = self._run(
            connection,
            "keeper_grounds",
            city_id=request["city_id"],
            member_ids=trace.member_ids,
            staff_id=trace.staff_id,
            kinds=sorted(purpose.grounds - {"self"}),
            today=day_of(now),
            contact=purpose.name.startswith("outreach."),
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
        self._check_clock(now)
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

    def _check_clock(self, now: datetime) -> None:
        if self._lately.went_back(now):
            raise Denied("clock_went_back")

    def _numbers(self, process: str, request: Mapping[str, Any], now: datetime) -> dict[str, dict[str, Any]]:
        """Numbers for the texts or calls that are being handed over, by permit; what it would not open is left out."""
        if process not in handing.CHANNELS:
            raise Denied("process_may_not_open")
        asked = handing.asked_in(request.get("permits"))
        self._check_clock(now)
        with self._transaction() as connection:
            run = partial(self._run, connection)
            hand = handing.Handing(run=run, process=process, city_id=int(request["city_id"]), now=now)
            traces = hand.traces(asked)
            if not traces:
                raise Denied("no_committed_trace")
            fresh = hand.unanswered(asked, traces)
            if not fresh:
                raise Denied("already_answered")
            used = hand.use(fresh)
            found: dict[str, dict[str, Any]] = {}
            for fields in {each.fields for each in used}:
                given = {each.permit_id: each.member_id for each in used if each.fields == fields}
                members, named = sorted(set(given.values())), sorted(fields)
                rows = run("keeper_envelopes", city_id=hand.city_id, member_ids=members, fields=named)
                opened = self._open(rows, member_ids=members, fields=named)
                found |= {str(permit_id): opened[str(member_id)] for permit_id, member_id in given.items()}
            return found if process != "worker" else hand.with_stop_links(found, used, self._visits)

    def _words(self, process: str, request: Mapping[str, Any], now: datetime) -> list[tuple[int, str]]:
        """What one person wrote to the privacy office and was answered: to the office, to the store it is about, to the person."""
        grounds = {"desk": {"request", "complaint", "case"}, "portal": {"self"}}.get(process)
        if grounds is None:
            raise Denied("process_may_not_open")
        with self._transaction() as connection:
            trace = self._trace(connection, process, request, now)
            purpose = catalogue().purpose(trace.purpose)
            if purpose is None:
                raise Denied("purpose_not_live")
            if len(trace.fields) != 1 or not set(trace.fields) <= purpose.fields & set(WORDS) or not purpose.grounds & grounds:
                raise Denied("field_outside_purpose")
            self._check_assessment(connection, trace, purpose, now)
            subjects = self._visitors(connection, trace, request, now) if process == "portal" else trace.member_ids
            if process == "desk" and len(subjects) != 1:
                raise Denied("no_ground")
            key = {name: request[name] for name in ("city_id", "at", "id")}
            rows = self._run(connection, "keeper_words", subjects=subjects, roles=sorted(purpose.roles), now=now, **key)
        with self._opening:
            return [
                (number, self._opener.open(member_id, kek_id, bytes(wrapped), {trace.fields[0]: bytes(body)})[trace.fields[0]])
                for number, member_id, kek_id, wrapped, body in rows
            ]

    def _visitors(self, connection: Connection[Any], trace: Trace, request: Mapping[str, Any], now: datetime) -> list[int]:
        """Under which numbers the visitor's own words lie: the member's, or without a record those of their number's hashes."""
        token = token_hash(str(request.get("visit", "")))
        rows = self._run(connection, "keeper_visit_person", token_hash=token, city_id=request["city_id"], now=now)
        if len(rows) != 1:
            raise Denied("no_visit")
        city_id, member_id, hashes = rows[0]
        named = [] if member_id is None else [member_id]
        if request["city_id"] != (city_id if member_id is not None else 0) or trace.member_ids != named:
            raise Denied("no_visit")
        return named or [subject_of(member_id=None, number_hash=each) for each in hashes]

    def _sent(self, process: str, request: Mapping[str, Any], now: datetime) -> dict[str, str]:
        """What the visitor sent on the dating site, by number."""
        with self._transaction() as connection:
            trace, purpose = self._trace_of_one(connection, process, "portal", {own_words.SENT}, request, now)
            self._check_visit(connection, trace, purpose, request, now)
            whose = {"city_id": request["city_id"], "member_id": trace.member_ids[0]}
            ids = [int(number) for number in request["numbers"]][: own_words.MOST_AT_ONCE]
            return self._own_words.sent(partial(self._run, connection), ids=ids, **whose)

    def _pushed(self, process: str, request: Mapping[str, Any], now: datetime) -> list[list[Any]]:
        """What a member pushed to the one person whom a trace names, while its ground lives and it is not taken back."""
        with self._transaction() as connection:
            trace, purpose = self._trace_of_one(connection, process, "desk", set(own_words.PUSHED.values()), request, now)
            self._check_grounds(connection, trace, purpose, request, now)
            whose = {"city_id": request["city_id"], "member_id": trace.member_ids[0], "staff_id": trace.staff_id}
            return self._own_words.pushed(partial(self._run, connection), fields=trace.fields, now=now, **whose)

    def _trace_of_one(
        self, connection: Connection[Any], process: str, only: str, among: set[str], request: Mapping[str, Any], now: datetime
    ) -> tuple[Trace, Purpose]:
        """A trace of the one process that may ask this, about one member, with fields among these; the member is held."""
        if process != only:
            raise Denied("process_may_not_open")
        trace = self._trace(connection, process, request, now)
        purpose = catalogue().purpose(trace.purpose)
        if purpose is None:
            raise Denied("purpose_not_live")
        if len(trace.member_ids) != 1 or not trace.fields or not set(trace.fields) <= purpose.fields & among:
            raise Denied("field_outside_purpose")
        self._check_assessment(connection, trace, purpose, now)
        buckets = ordering.buckets_of(request["city_id"], trace.member_ids)
        self._run(connection, "keeper_hold", space=ordering.SPACE, buckets=buckets)
        return trace, purpose

    def _open(self, rows: list[tuple[Any, ...]], *, member_ids: list[int], fields: list[str]) -> dict[str, dict[str, Any]]:
        """
        Field by field the first envelope wins: the newest of the person's own corrections, else the oldest. What they took
        out stays out. Notes are many, each with its envelope's number.
        """
        opened: dict[str, dict[str, Any]] = {str(member_id): {} for member_id in member_ids}
        for member_id, envelope_id, kek_id, wrapped, corrected, *columns in rows:
            sealed = {
                name: bytes(body) for name, body in zip(FIELDS, columns, strict=True) if body is not None and name in fields
            }
            with self._opening:
                texts = self._opener.open(member_id, kek_id, bytes(wrapped), sealed)
            known = opened[str(member_id)]
            for name, text in (dict.fromkeys(set(corrected) & set(fields), "") | texts).items():
                if name == "note":
                    known.setdefault("note", []).append([envelope_id, text])
                else:
                    known.setdefault(name, text)
        return {member: {name: text for name, text in known.items() if text} for member, known in opened.items()}

    def _hash(self, process: str, request: Mapping[str, Any], now: datetime) -> list[list[str]]:
        numbers = request.get("numbers")
        if not isinstance(numbers, list) or len(numbers) > LARGEST_BATCH:
            raise Denied("batch_too_large")
        if process not in self._budgets:
            raise Denied("too_many_numbers")
        with self._transaction() as connection:
            trace = self._trace(connection, process, request, now)
        budget = self._budgets.get(f"{process} {trace.purpose}") or self._budgets[process]
        if not budget.take(len(numbers), time.monotonic()):
            raise Denied("too_many_numbers")
        if trace.action != "vault.hash" or trace.fields != ["number_hash"]:
            raise Denied("trace_of_another_act")
        return [[base64.b64encode(each).decode() for each in self._private.hash_number(str(number))] for number in numbers]

    def _visit(self, process: str, request: Mapping[str, Any], now: datetime, act: str) -> dict[str, Any]:
        """A code to a number, or a visit for a code; a trace of the portal's own comes before either."""
        number = str(request.get("number", ""))
        budget = self._budgets.get(f"{process} {act}") or self._budgets.get(process)
        if process != "portal" or not number or budget is None:
            raise Denied("process_may_not_open")
        if not budget.take(1, time.monotonic()):
            raise Denied("too_many_numbers")
        with self._transaction() as connection:
            trace = self._trace(connection, process, request, now)
            if (trace.action, trace.purpose) != (act, "rights.code"):
                raise Denied("trace_of_another_act")
            run = partial(self._run, connection)
            if act == "visit.code":
                return self._visits.send_code(run, number=number, now=now)
            return self._visits.enter(run, number=number, code=str(request.get("code", "")), now=now)

    @contextmanager
    def _transaction(self) -> Iterator[Connection[Any]]:
        with self._pool.connection() as connection:
            yield connection

    def _run(self, connection: Connection[Any], name: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return connection.execute(self._text[name].encode(), parameters).fetchall()
