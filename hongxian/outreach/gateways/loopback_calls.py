"""
A STAND-IN for a telephone line (模拟线路): it plays what happens to a call and reaches nobody. For demos and tests.

What it plays hangs on the number's last digit: 0 busy, 1 no answer, 2 no such number, 3 rejected, 9 the member answers and
presses 9, any other: they talk until somebody hangs up, or for `talk` seconds. The number is asked for like a real one, at
the same moment, and forgotten at once.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hongxian.outreach.gateways.calling import Event

if TYPE_CHECKING:
    from hongxian.outreach.gateways.calling import Number, Tell

log = logging.getLogger("hongxian.calls")
UNANSWERED = {"0": "busy", "1": "no_answer", "2": "invalid", "3": "rejected"}
PRESSES_NINE = "9"


@dataclass(slots=True)
class _Call:
    """A call that is being played; `over` is set when somebody hangs up, with the cause."""

    over: threading.Event = field(default_factory=threading.Event)
    cause: str = "desk_hung_up"


class LoopbackCalls:
    """Plays calls, each on a thread of its own; `ring` and `talk` are seconds."""

    name = "loopback"

    def __init__(self, *, tell: Tell, ring: float = 2.0, talk: float = 30.0) -> None:
        self._tell, self._ring, self._talk = tell, ring, talk
        self._calls: dict[str, _Call] = {}
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def place(self, *, ref: str, extension: str, number: Number) -> None:
        """Begin to play a call; the same one again is left alone."""
        with self._lock:
            if ref in self._calls:
                return
            call = self._calls[ref] = _Call()
            self._threads = [each for each in self._threads if each.is_alive()]
            thread = threading.Thread(target=self._run, args=(ref, extension, number, call), name="loopback call", daemon=True)
            self._threads.append(thread)
            thread.start()

    def hang_up(self, *, ref: str, cause: str) -> None:
        """End a call with this cause; one that is over or unknown is left alone."""
        with self._lock:
            call = self._calls.get(ref)
        if call is not None and not call.over.is_set():
            call.cause = cause
            call.over.set()

    def close(self) -> None:
        """End every call."""
        with self._lock:
            refs, threads = list(self._calls), list(self._threads)
        for ref in refs:
            self.hang_up(ref=ref, cause="dialer_stopped")
        for thread in threads:
            thread.join(5)

    def _run(self, ref: str, extension: str, number: Number, call: _Call) -> None:
        try:
            cause = self._play(ref, extension, number, call)
        except Exception:  # whatever goes wrong, the call has an end
            log.exception("a played call failed", extra={"code": "loopback_failed"})
            cause = "gateway_error"
        self._say(ref, "ended", cause)
        with self._lock:
            self._calls.pop(ref, None)

    def _play(self, ref: str, extension: str, number: Number, call: _Call) -> str:
        """What happens, up to the cause of its end."""
        if not extension:
            return "no_extension"
        self._say(ref, "consultant")
        return self._hung_up(call, self._ring) or self._ring_member(ref, number, call)

    def _ring_member(self, ref: str, number: Number, call: _Call) -> str:
        with number() as told:
            last = told[-1] if told else ""
        if not last:
            return "denied"
        self._say(ref, "member")
        return self._hung_up(call, self._ring) or UNANSWERED.get(last) or self._talk_with(ref, last, call)

    def _talk_with(self, ref: str, last: str, call: _Call) -> str:
        self._say(ref, "talking")
        if last != PRESSES_NINE:
            return self._hung_up(call, self._talk) or "member_hung_up"
        hung_up = self._hung_up(call, min(self._talk, 3 * self._ring))
        if not hung_up:
            self._say(ref, "nine")
        return hung_up or "nine"

    @staticmethod
    def _hung_up(call: _Call, seconds: float) -> str:
        """The cause, when somebody hangs up meanwhile."""
        return call.cause if call.over.wait(seconds) else ""

    def _say(self, ref: str, kind: str, cause: str = "") -> None:
        self._tell(Event(ref=ref, kind=kind, at=datetime.now(UTC), cause=cause))
