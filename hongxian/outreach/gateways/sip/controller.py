"""
The SIP gateway (SIP 话务): rings the consultant, then the member, and lets them talk through our relay.

The number is not known here until the consultant has picked up: only then it is asked for, checked once more by the keeper,
and put into the member's invitation alone. The consultant's leg is from, to and about a call's own word. When either leg
ends, for whatever reason, the other does; who pressed 9 is not called again.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hongxian.outreach.gateways.calling import NINE, Event, Number, Tell
from hongxian.outreach.gateways.sip import answers, sdp, tone
from hongxian.outreach.gateways.sip.legs import Happens, Leg
from hongxian.outreach.gateways.sip.media import Relay, Side
from hongxian.outreach.gateways.sip.stack import Stack

log = logging.getLogger("hongxian.dialer")
Address = tuple[str, int]
ASKERS = 8
LONGEST_CALL = 2 * 3600.0
TICK = 0.02


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds: until a silent exchange counts as gone, how long each phone rings."""

    silent: float = 6.0
    consultant: float = 25.0
    member: float = 45.0


@dataclass(slots=True)
class _Call:
    ref: str
    number: Number
    session: int
    sides: tuple[Side, Side]
    consultant: Leg | None = None
    member: Leg | None = None
    state: str = "asked"
    guard: Any = None
    tone: Any = None
    rings: set[str] = field(default_factory=set)


class SipGateway:
    """See calling.CallGateway. One a process."""

    name = "sip"

    def __init__(
        self, *, listen: Address, consultants: Address, members: Address, caller: str, tell: Tell, waits: Waits | None = None
    ) -> None:
        self._consultants, self._members, self._caller = consultants, members, caller
        self._tell, self._waits = tell, waits or Waits()
        self._calls: dict[str, _Call] = {}
        self._sessions = 0
        self._stack = Stack(listen=listen, asked=_turn_away)
        self._relay = Relay(listen[0])
        self._askers = ThreadPoolExecutor(ASKERS, thread_name_prefix="number")

    def place(self, *, ref: str, extension: str, number: Number) -> None:
        """Rings the consultant."""
        self._stack.call(lambda: self._begin(ref, extension, number))

    def hang_up(self, *, ref: str, cause: str) -> None:
        """Ends a call, wherever it has come to."""
        self._stack.call(lambda: self._end(ref, cause))

    def close(self) -> None:
        """Hangs up everywhere and ends."""
        self._stack.call_and_wait(self._end_all)
        self._askers.shutdown(wait=True, cancel_futures=True)
        self._stack.close()
        self._relay.end()

    # From here on everything runs in sippy's thread, but `_ask`.

    def _begin(self, ref: str, extension: str, number: Number) -> None:
        try:
            sides = self._relay.open(digit=lambda digit: self._stack.call(lambda: self._pressed(ref, digit)))
        except OSError:
            self._say(ref, "ended", "gateway_error")
            return
        self._sessions += 1
        call = self._calls[ref] = _Call(ref, number, self._sessions, sides)
        call.guard = self._stack.after(LONGEST_CALL, lambda: self._end(ref, "gateway_error"))
        call.consultant = Leg(
            self._stack,
            sides[0],
            Happens(
                rings=lambda: self._ring(call, "consultant"),
                answered=lambda theirs: self._answered(call, theirs),
                failed=lambda code: self._end(ref, answers.of_consultant(code)),
                gone=lambda: self._end(ref, "consultant_hung_up"),
                pressed=lambda _digit: None,
            ),
            session=call.session,
            codecs=(sdp.PCMA, sdp.PCMU),
        )
        self._start(call, call.consultant, self._consultants, extension, f"call-{ref}", self._waits.consultant)

    def _start(self, call: _Call, leg: Leg, at: Address, user: str, caller: str, rings: float) -> None:
        try:
            leg.begin(at=at, user=user, caller=caller, silent=self._waits.silent, rings=rings)
        except Exception:
            log.exception("a call could not be begun", extra={"call": call.ref})
            self._end(call.ref, "gateway_error")

    def _ring(self, call: _Call, whose: str) -> None:
        if whose not in call.rings:
            call.rings.add(whose)
            call.state = whose
            self._say(call.ref, whose)

    def _answered(self, call: _Call, theirs: sdp.Theirs) -> None:
        """The consultant has picked up: whose turn it is now, a thread of its own asks."""
        self._ring(call, "consultant")
        played = iter(range(1 << 30))
        call.tone = self._stack.every(TICK, lambda: self._play(call, theirs.codec, next(played)))
        self._askers.submit(self._ask, call, theirs.codec)

    def _play(self, call: _Call, codec: int, number: int) -> None:
        """What one hears while the other's phone rings, until the other side sends a tone of its own."""
        if call.sides[1].aim is not None:
            call.tone.cancel()
            return
        if call.state == "member" and (packet := tone.packet(codec=codec, number=number, source=call.session)) is not None:
            self._relay.play(call.sides[0], packet)

    def _ask(self, call: _Call, codec: int) -> None:
        try:
            with call.number() as number:  # held until the invitation has left
                if number is None:
                    self._stack.call(lambda: self._end(call.ref, "denied"))
                else:
                    self._stack.call_and_wait(lambda: self._invite(call, number, codec))
        except Exception:
            log.exception("the number could not be asked for", extra={"call": call.ref})
            self._stack.call(lambda: self._end(call.ref, "gateway_error"))

    def _invite(self, call: _Call, number: str, codec: int) -> None:
        if call.ref not in self._calls:  # hung up meanwhile
            return
        call.member = Leg(
            self._stack,
            call.sides[1],
            Happens(
                rings=lambda: self._ring(call, "member"),
                answered=lambda _theirs: self._talk(call),
                failed=lambda code: self._end(call.ref, answers.of_member(code)),
                gone=lambda: self._end(call.ref, "member_hung_up"),
                pressed=lambda digit: self._pressed(call.ref, digit),
            ),
            session=call.session,
            codecs=(codec,),
        )
        self._start(call, call.member, self._members, number, self._caller, self._waits.member)

    def _talk(self, call: _Call) -> None:
        self._ring(call, "member")
        call.state = "talking"
        self._say(call.ref, "talking")

    def _pressed(self, ref: str, digit: str) -> None:
        call = self._calls.get(ref)
        if call is not None and call.state == "talking" and digit == NINE:
            self._say(ref, "nine")
            self._end(ref, "nine")

    def _end(self, ref: str, cause: str) -> None:
        call = self._calls.pop(ref, None)
        if call is None:
            return
        self._say(ref, "ended", cause)
        for timer in (call.guard, call.tone):
            if timer is not None:
                timer.cancel()
        self._relay.close(*call.sides)
        for leg in (call.member, call.consultant):
            if leg is not None:
                try:
                    leg.end()
                except Exception:
                    log.exception("a leg could not be ended", extra={"call": ref})

    def _end_all(self) -> None:
        for ref in list(self._calls):
            self._end(ref, "dialer_stopped")

    def _say(self, ref: str, kind: str, cause: str = "") -> None:
        self._tell(Event(ref=ref, kind=kind, at=datetime.now(UTC), cause=cause))


def _turn_away(request: Any) -> Any:
    """Nobody calls us: what belongs to none of our legs gets no further."""
    if request.getMethod() == "OPTIONS":
        return (request.genResponse(200, "OK"), None, None)
    if request.getHFBody("to").getTag() is not None:
        return (request.genResponse(481, "Call Leg/Transaction Does Not Exist"), None, None)
    return (request.genResponse(403, "Forbidden"), None, None)
