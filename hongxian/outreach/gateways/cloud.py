"""
A cloud of virtual numbers (虚拟号云, AXB): binds the consultant's phone and the member's to a number that both see, and calls.

bind (A, B → X), call (A first, then B), then events at our door (call_events.py), which may be lost, repeated and out of
order: so each call's state is asked for, too, until it is over, and then the binding is undone. A binding that we fail to undo
ends by itself. Binding and calling carry the call's word, by which the cloud knows a request that it has had already.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hongxian.outreach.gateways.calling import NINE, Event, Number, Tell
from hongxian.outreach.gateways.cloud_signed import Cloud, CloudAway, CloudSays

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("hongxian.dialer")
AT_ONCE = 8
TRIES = 2
BOUND_FOR = 4 * 3600  # seconds; longer than any call
LOST = "CALL_NOT_FOUND"
# What the cloud says is wrong, before anybody's phone has rung; everything else is the gateway's fault.
_SAID = {"B_NUMBER_INVALID": "invalid", "A_NUMBER_INVALID": "no_extension", "B_NUMBER_BLOCKED": "rejected"}
# How a call was released, by which side and why.
_RELEASED = {
    ("a", "hang_up"): "consultant_hung_up",
    ("b", "hang_up"): "member_hung_up",
    ("b", "busy"): "busy",
    ("b", "no_answer"): "no_answer",
    ("b", "rejected"): "rejected",
    ("b", "invalid"): "invalid",
    ("a", "invalid"): "no_extension",
    ("a", "busy"): "consultant_no_answer",
    ("a", "no_answer"): "consultant_no_answer",
    ("a", "rejected"): "consultant_no_answer",
}
KINDS = {"a_ringing": "consultant", "b_ringing": "member", "b_answered": "talking", "released": "ended"}


def cause_of(side: str, reason: str) -> str:
    """Why a call ended, in our words."""
    return _RELEASED.get((side, reason), "gateway_error")


def kind_of(event: str, digits: str) -> str:
    """What an event of the cloud's is to us; empty for what says nothing new."""
    if event == "b_digits":
        return "nine" if NINE in digits else ""
    return KINDS.get(event, "")


@dataclass(slots=True)
class _Call:
    ref: str
    binding: str
    call: str
    ended: bool = False


class CloudCalls:
    """See calling.CallGateway."""

    name = "cloud"

    def __init__(self, *, cloud: Cloud, tell: Tell, clock: Callable[[], datetime], events: str = "", every: float = 3.0) -> None:
        self._cloud, self._tell, self._clock, self._events, self._every = cloud, tell, clock, events, every
        self._calls: dict[str, _Call] = {}
        self._told: set[tuple[str, str]] = set()
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cloud")
        self._ended = threading.Event()
        self._looker = threading.Thread(target=self._look, name="cloud", daemon=True)
        self._looker.start()

    def place(self, *, ref: str, extension: str, number: Number) -> None:
        """Binds and calls."""
        self._pool.submit(self._begin, ref, extension, number)

    def hang_up(self, *, ref: str, cause: str) -> None:
        """Ends a call; when the cloud does not answer, whoever asked asks again."""
        call = self._calls.get(ref)
        if call is not None:
            self._pool.submit(self._hang_up, call, cause)

    def close(self) -> None:
        """Ends all calls."""
        self._ended.set()
        self._looker.join(5)
        for call in list(self._calls.values()):
            self._pool.submit(self._hang_up, call, "dialer_stopped")
        self._pool.shutdown(wait=True)
        for call in list(self._calls.values()):
            self._say(call.ref, "ended", "dialer_stopped")

    def _begin(self, ref: str, extension: str, number: Number) -> None:
        binding = ""
        try:
            binding = self._bind(ref, extension, number)
            if binding:
                self._call(ref, binding)
                binding = ""
        except CloudSays as no:
            self._say(ref, "ended", _SAID.get(no.code, "gateway_error"))
        except Exception as error:  # noqa: BLE001 - a thread of a pool would keep it to itself; its words may have the number
            log.warning("the cloud could not be asked", extra={"kind": type(error).__name__, "code": "cloud_away"})
            self._say(ref, "ended", "gateway_error")
        if binding:
            self._unbind(binding)

    def _bind(self, ref: str, extension: str, number: Number) -> str:
        with number() as theirs:
            if theirs is None:
                self._say(ref, "ended", "denied")
                return ""
            bound = self._persist("POST", "/v1/bindings", {"reference": ref, "a": extension, "b": theirs, "seconds": BOUND_FOR})
        return str(bound["binding_id"])

    def _call(self, ref: str, binding: str) -> None:
        wanted = {"reference": ref, "binding_id": binding, "events_url": self._events}
        answer = self._persist("POST", "/v1/calls", wanted)
        call = _Call(ref, binding, str(answer["call_id"]))
        self._calls[ref] = call
        self._tell(Event(ref=ref, kind="asked", at=self._clock(), gateway_ref=call.call))

    def _persist(self, method: str, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """The same request again when nothing came back: by its reference the cloud does it once."""
        for _ in range(TRIES - 1):
            try:
                return self._cloud.ask(method, path, content)
            except CloudAway:
                continue
        return self._cloud.ask(method, path, content)

    def _hang_up(self, call: _Call, cause: str) -> None:
        try:
            self._cloud.ask("POST", f"/v1/calls/{call.call}/release")
        except CloudAway:
            return
        except CloudSays as no:
            if no.code != LOST:
                return
        self._over(call, cause)

    def _look(self) -> None:
        while not self._ended.wait(self._every):
            for call in list(self._calls.values()):
                try:
                    self._see(call, self._cloud.ask("GET", f"/v1/calls/{call.call}"))
                except CloudAway:
                    continue
                except CloudSays as no:
                    if no.code == LOST:
                        self._over(call, "gateway_error")
                except Exception:
                    log.exception("an answer of the cloud's could not be read", extra={"code": "cloud_unreadable"})

    def _see(self, call: _Call, state: dict[str, Any]) -> None:
        """What the cloud says of a call: the moments of what has happened, each told once."""
        for event, at in sorted(state.get("events", {}).items(), key=lambda each: str(each[1])):
            kind = kind_of(event, str(state.get("digits", "")))
            if kind not in {"", "ended"}:
                self._say(call.ref, kind, at=datetime.fromisoformat(at))
        released = state.get("released")
        if released:
            at = datetime.fromisoformat(released["at"])
            self._over(call, cause_of(str(released.get("side", "")), str(released.get("reason", ""))), at=at)
        elif (call.ref, "nine") in self._told:
            self._hang_up(call, "nine")

    def _over(self, call: _Call, cause: str, *, at: datetime | None = None) -> None:
        if self._calls.pop(call.ref, None) is None:
            return
        self._say(call.ref, "ended", cause, at=at)
        self._told = {each for each in self._told if each[0] != call.ref}
        self._unbind(call.binding)

    def _unbind(self, binding: str) -> None:
        try:
            self._cloud.ask("DELETE", f"/v1/bindings/{binding}")
        except (CloudAway, CloudSays) as error:
            log.warning("a binding could not be undone and ends by itself", extra={"kind": type(error).__name__})

    def _say(self, ref: str, kind: str, cause: str = "", *, at: datetime | None = None) -> None:
        if (ref, kind) not in self._told:
            self._told.add((ref, kind))
            self._tell(Event(ref=ref, kind=kind, at=at or self._clock(), cause=cause))
