"""The other end of the keeper's socket. What cannot be asked is not shown: no keeper, no answer."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hongxian.kernel.actor import Actor

PATIENCE = 10.0
# A keeper that fell is back within about a second; so long its callers knock before they say that it is away.
COMES_BACK_WITHIN = 3.0
LARGEST_BATCH = 5_000
_local = threading.local()


class KeeperAway(Refusal):
    """The keeper cannot be reached; nothing was opened."""

    code = "keeper_away"
    message = _("密库暂时无法访问，未显示任何个人信息。请稍后再试。")
    status = 503


class KeeperDenied(Refusal):
    """The keeper answered no; `reason` is its code."""

    code = "keeper_denied"
    message = _("密库拒绝打开：没有有效的依据。")
    status = 403

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


def reveal(trace: recording.TraceRef, *, visit: str = "") -> dict[int, dict[str, Any]]:
    """
    The sealed fields that a committed trace names, by member. Call it after the trace's transaction has ended.

    Fields that are blank are absent; `note` is a list of (envelope id, text). `visit` is the token of a member who asks
    about themselves, through the portal.

    :raises KeeperAway: it cannot be reached.
    :raises KeeperDenied: it says no.
    """
    answer = _ask({"do": "reveal", "visit": visit} | _named(trace))
    return {int(member_id): fields for member_id, fields in answer["members"].items()}


def read_words(trace: recording.TraceRef, *, visit: str = "") -> dict[int, str]:
    """
    What one person wrote to the privacy office and was answered, by envelope (words.py). Call it after the trace's transaction.

    `visit` is the token of a person who reads their own, through the portal.

    :raises KeeperAway: it cannot be reached.
    :raises KeeperDenied: it says no.
    """
    answer = _ask({"do": "words", "visit": visit} | _named(trace))
    return {int(envelope_id): str(text) for envelope_id, text in answer["words"]}


def sent_texts(trace: recording.TraceRef, *, visit: str, numbers: Sequence[int]) -> dict[int, str]:
    """
    What the visitor sent on the dating site, by number; those that are not theirs are absent. At most 100 (own_words.py).

    :raises KeeperAway: it cannot be reached.
    :raises KeeperDenied: it says no.
    """
    answer = _ask({"do": "sent", "visit": visit, "numbers": list(numbers)} | _named(trace))
    return {int(number): str(text) for number, text in answer["sent"].items()}


@dataclass(frozen=True, slots=True, repr=False)
class PushedText:
    """Something a member pushed, opened."""

    kind: str
    pushed_at: datetime
    until: datetime
    text: str


def pushed(trace: recording.TraceRef) -> list[PushedText]:
    """
    What the one member of a committed trace pushed to whoever the trace names, and has not taken back (own_words.py).

    :raises KeeperAway: it cannot be reached.
    :raises KeeperDenied: it says no.
    """
    answer = _ask({"do": "pushed"} | _named(trace))
    return [
        PushedText(str(kind), datetime.fromisoformat(at), datetime.fromisoformat(until), str(text))
        for _number, kind, at, until, text in answer["pushed"]
    ]


def numbers(permits: Sequence[tuple[recording.TraceRef, int]]) -> dict[int, dict[str, str]]:
    """
    The numbers for what is being handed over, by permit: {permit: {"number": …, "alias": …}}; for the worker's texts and the
    dialer's calls alone. Each permit comes with the committed trace that names its member; all are of one city, at most
    1,000. Each is used up thereby, once and for all; what the keeper will not open is absent (handing.py).

    :raises KeeperAway: it cannot be reached; whether permits were used is then not known.
    :raises KeeperDenied: it says no to all of them.
    """
    if not permits:
        return {}
    named = [[trace.at.isoformat(), trace.id, permit_id] for trace, permit_id in permits]
    answer = _ask({"do": "numbers", "city_id": permits[0][0].city_id, "permits": named})
    return {int(permit_id): fields for permit_id, fields in answer["numbers"].items()}


def hash_numbers(*, by: Actor, numbers: Sequence[str], purpose: str, now: datetime) -> list[list[bytes]]:
    """
    The keyed hashes of E.164 numbers, for each the newest key's first. Writes a trace per batch of 5,000.

    Call it outside a transaction: the keeper answers committed traces only.

    :raises KeeperAway: it cannot be reached.
    :raises KeeperDenied: too many numbers in a minute, or no trace.
    """
    found: list[list[bytes]] = []
    for start in range(0, len(numbers), LARGEST_BATCH):
        batch = list(numbers[start : start + LARGEST_BATCH])
        trace = recording.record(
            by=by, action="vault.hash", purpose=purpose, fields=["number_hash"], reason=f"n={len(batch)}", now=now
        )
        found += hash_against(trace=trace, numbers=batch)
    return found


def hash_against(*, trace: recording.TraceRef, numbers: Sequence[str]) -> list[list[bytes]]:
    """
    The same for at most 5,000 numbers, against a trace that the caller has committed.

    :raises KeeperAway: it cannot be reached.
    :raises KeeperDenied: see there.
    """
    request = {"do": "hash", "numbers": list(numbers)} | _named(trace)
    return [[base64.b64decode(each) for each in hashes] for hashes in _ask(request)["hashes"]]


def send_code(*, trace: recording.TraceRef, number: str) -> dict[str, Any]:
    """Has the keeper make a code for a number and hand its text to whoever sends: {"sent": …, "reason" or "text": …}."""
    return _ask({"do": "code", "number": number} | _named(trace))


def enter(*, trace: recording.TraceRef, number: str, code: str) -> dict[str, Any]:
    """Trades a code for a visit: {"entered": True, "token": …, "city_id": …, "member_id": …}, or False with its reason."""
    return _ask({"do": "enter", "number": number, "code": code} | _named(trace))


def _named(trace: recording.TraceRef) -> dict[str, Any]:
    return {"city_id": trace.city_id, "at": trace.at.isoformat(), "id": trace.id}


def is_there() -> bool:
    """Whether the keeper answers now; for the health page."""
    try:
        return bool(_ask({"do": "ping"}, comes_back_within=0.0).get("ok"))
    except Refusal:
        return False


def gives_numbers() -> bool:
    """Whether the keeper would give numbers for contacts now: it is there, and knows what time it is (lately.py)."""
    try:
        return bool(_ask({"do": "ping"}).get("numbers", True))
    except Refusal:
        return False


@dataclass(frozen=True, slots=True)
class Pulse:
    """How many answers the keeper has given since it began, by question and code ("ok" for none), and the seconds they took."""

    answers: dict[tuple[str, str], int]
    seconds: float


def pulse() -> Pulse | None:
    """For whoever watches the machines; None where no keeper answers."""
    try:
        told = _ask({"do": "pulse"}, comes_back_within=0.0)
    except Refusal:
        return None
    answers = {(asked, code): int(n) for (asked, _, code), n in ((key.partition(" "), n) for key, n in told["answers"].items())}
    return Pulse(answers, float(told["seconds"]))


def forget() -> None:
    """Drops this thread's connection and token; for a process that becomes another, as tests do."""
    _hang_up()
    if hasattr(_local, "token"):
        del _local.token


def _ask(request: dict[str, Any], *, comes_back_within: float | None = None) -> dict[str, Any]:
    line = json.dumps(request | {"token": _token()}).encode() + b"\n"
    give_up = time.monotonic() + (COMES_BACK_WITHIN if comes_back_within is None else comes_back_within)
    asked_before = False
    while True:
        known = hasattr(_local, "connection")
        try:
            raw = _exchange(line)
        except TimeoutError as error:  # there, and too busy: to ask again would make it worse
            raise KeeperAway from error
        except OSError as error:
            # The connection of before may have died with the last keeper: a fresh one is tried at once.
            if not known and time.monotonic() >= give_up:
                raise KeeperAway from error
            asked_before = asked_before or known
            if not known:
                time.sleep(0.05)
            continue
        return _read(raw, asked_before=asked_before)


def _exchange(line: bytes) -> bytes:
    """Asks on this thread's connection. One that failed is never used again: a late answer would meet another question."""
    try:
        connection = _connect()
        connection.write(line)
        connection.flush()
        raw: bytes = connection.readline()
        if not raw.endswith(b"\n"):
            raise ConnectionResetError
    except OSError:
        _hang_up()
        raise
    return raw


def _read(raw: bytes, *, asked_before: bool) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(raw)
    denied = answer.get("denied")
    if denied in {"database", "catalogue_unreadable", "clock_went_back"} or (denied == "already_answered" and asked_before):
        raise KeeperAway
    if denied is not None:
        raise KeeperDenied(str(denied))
    return answer


def _connect() -> Any:
    """The connection of this thread, kept open."""
    known = getattr(_local, "connection", None)
    if known is not None:
        return known
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as plug:
        plug.settimeout(PATIENCE)
        plug.connect(str(settings.KEEPER_SOCKET))
        _local.connection = plug.makefile("rwb")  # keeps the socket open until it is closed itself
    return _local.connection


def _hang_up() -> None:
    known = getattr(_local, "connection", None)
    if known is not None:
        del _local.connection
        with suppress(OSError):  # what was not sent any more is of no importance
            known.close()


def _token() -> str:
    known: str | None = getattr(_local, "token", None)
    if known is None:
        try:
            known = (settings.HOME.secrets / f"{settings.PROCESS}.token").read_text(encoding="ascii").strip()
        except OSError as error:
            raise KeeperAway from error
        _local.token = known
    return known
