"""The other end of the keeper's socket. What cannot be asked is not shown: no keeper, no answer."""

from __future__ import annotations

import base64
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hongxian.audit import recording
from hongxian.kernel.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.kernel.actor import Actor

PATIENCE = 10.0
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


def reveal(trace: recording.TraceRef) -> dict[int, dict[str, Any]]:
    """
    The sealed fields that a committed trace names, by member. Call it after the trace's transaction has ended.

    Fields that are blank are absent; `note` is a list of (envelope id, text).

    :raises KeeperAway: it cannot be reached.
    :raises KeeperDenied: it says no.
    """
    answer = _ask({"do": "reveal", "city_id": trace.city_id, "at": trace.at.isoformat(), "id": trace.id})
    return {int(member_id): fields for member_id, fields in answer["members"].items()}


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
        request = {"do": "hash", "city_id": trace.city_id, "at": trace.at.isoformat(), "id": trace.id, "numbers": batch}
        found += [[base64.b64decode(each) for each in hashes] for hashes in _ask(request)["hashes"]]
    return found


def is_there() -> bool:
    """Whether the keeper answers; for the health page."""
    try:
        return bool(_ask({"do": "ping"}).get("ok"))
    except Refusal:
        return False


def forget() -> None:
    """Drops this thread's connection and token; for a process that becomes another, as tests do."""
    for name in ("connection", "token"):
        if hasattr(_local, name):
            delattr(_local, name)


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    line = json.dumps(request | {"token": _token()}).encode() + b"\n"
    for last in (False, True):
        try:
            connection = _connect(fresh=last)
            connection.write(line)
            connection.flush()
            raw = connection.readline()
        except OSError as error:
            if last:
                raise KeeperAway from error
            continue
        if raw:
            return _read(raw)
    raise KeeperAway


def _read(raw: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(raw)
    denied = answer.get("denied")
    if denied in {"database", "catalogue_unreadable"}:
        raise KeeperAway
    if denied is not None:
        raise KeeperDenied(str(denied))
    return answer


def _connect(*, fresh: bool) -> Any:
    """Gives this thread's connection, kept open; a fresh one after the keeper was restarted."""
    known = getattr(_local, "connection", None)
    if known is not None and not fresh:
        return known
    plug = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    plug.settimeout(PATIENCE)
    plug.connect(str(settings.KEEPER_SOCKET))
    _local.connection = plug.makefile("rwb")
    return _local.connection


def _token() -> str:
    known: str | None = getattr(_local, "token", None)
    if known is None:
        try:
            known = (settings.HOME.secrets / f"{settings.PROCESS}.token").read_text(encoding="ascii").strip()
        except OSError as error:
            raise KeeperAway from error
        _local.token = known
    return known
