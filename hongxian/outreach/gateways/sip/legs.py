"""One leg: a SIP dialog that we opened, its sound and its timers. Everything here runs in sippy's thread."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hongxian.outreach.gateways.sip import sdp

if TYPE_CHECKING:
    from hongxian.outreach.gateways.sip.media import Side
    from hongxian.outreach.gateways.sip.stack import Stack

PROVISIONAL, RINGS = 100, 101
OURS = frozenset({"INVITE", "BYE", "INFO", "OPTIONS", "ACK", "CANCEL"})
_SIGNAL = re.compile(r"^\s*Signal\s*=\s*([0-9*#A-D])\s*$", re.IGNORECASE | re.MULTILINE)
_PLAIN = re.compile(r"\s*([0-9*#A-D])\s*", re.IGNORECASE)


@dataclass(slots=True)
class Happens:
    """Who wants to know what of a leg."""

    rings: Callable[[], None]
    answered: Callable[[sdp.Theirs], None]
    failed: Callable[[int], None]
    gone: Callable[[], None]
    pressed: Callable[[str], None]


@dataclass(slots=True)
class Leg:
    """
    A call out to `user` at `at`, from `caller`, with our side of the relay. `begin`, then `end`, once each.

    sippy's own events are looked at after it has dealt with the message that brought them, so that an ACK leaves before a BYE.
    """

    stack: Stack
    side: Side
    happens: Happens
    session: int
    codecs: tuple[int, ...]
    _agent: Any = None
    _timers: list[Any] = field(default_factory=list)
    _answered: bool = False
    _heard: bool = False
    _version: int = 1

    def begin(self, *, at: tuple[str, int], user: str, caller: str, silent: float, rings: float) -> None:
        """Invite; `failed(0)` when nothing at all answers within `silent` seconds, `failed(408)` when nobody picks up."""
        parts = self.stack.parts
        self._agent = agent_class(parts)(self.stack.config, nh_address=at, event_cb=self._later)
        self._agent.useRefer = False
        body = self._described(direction="sendrecv")
        self._agent.recvEvent(parts.CCEventTry((None, caller, user, body, None, None)))
        self._timers = [self.stack.after(silent, self._unheard), self.stack.after(rings, self._unanswered)]

    def end(self) -> None:
        """CANCEL or BYE, whichever it takes; nothing more is told."""
        for timer in self._timers:
            timer.cancel()
        self._timers = []
        if self._agent is not None:
            agent, self._agent = self._agent, None
            agent.event_cb = None
            agent.recvEvent(self.stack.parts.CCEventDisconnect())
            _say_it_once(agent.tr)

    def _described(self, *, direction: str) -> Any:
        text = sdp.ours(
            host=self.stack.listen[0],
            port=self.side.port,
            codecs=self.codecs,
            session=self.session,
            version=self._version,
            direction=direction,
        )
        body = self.stack.parts.MsgBody(text)
        body.needs_update = False
        return body

    def _later(self, event: Any, _agent: Any) -> None:
        self.stack.call(lambda: self._happened(event))

    def _happened(self, event: Any) -> None:
        if self._agent is None:
            return
        data = event.getData()
        match event.name:
            case "CCEventRing":
                self._rings(int(data[0]), data[2])
            case "CCEventConnect" if not self._answered:
                self._connected(data[2])
            case "CCEventUpdate":
                self._altered(data)
            case "CCEventInfo":
                self._informed(data)
            case "CCEventFail":
                self.happens.failed(int(data[0]))
            case "CCEventRedirect":  # never followed
                self.happens.failed(0)
            case "CCEventDisconnect":
                self.happens.gone()

    def _rings(self, code: int, body: Any) -> None:
        self._heard = True
        if code < RINGS or self._answered:
            return
        theirs = sdp.read(str(body)) if body is not None else None
        if theirs is not None:  # a tone before the answer
            self.side.aim = theirs
        self.happens.rings()

    def _connected(self, body: Any) -> None:
        self._heard = self._answered = True
        theirs = sdp.read(str(body)) if body is not None else None
        if theirs is None or theirs.codec not in self.codecs:
            self.happens.failed(0)
            return
        self.side.aim = theirs
        self.happens.answered(theirs)

    def _altered(self, body: Any) -> None:
        """Hold, and back again: answered by ourselves, the other leg hears nothing of it."""
        theirs = sdp.read(str(body)) if body is not None else None
        if theirs is None or theirs.codec not in self.codecs:
            self._agent.recvEvent(self.stack.parts.CCEventFail((488, "Not Acceptable Here")))
            return
        self.side.aim = theirs
        self._version += 1
        answer = self._described(direction=sdp.ANSWERED_WITH.get(theirs.direction, "sendrecv"))
        self._agent.recvEvent(self.stack.parts.CCEventConnect((200, "OK", answer)))

    def _informed(self, body: Any) -> None:
        """A digit by SIP INFO, in either of the two ways in use."""
        if body is None:
            return
        found = {"application/dtmf-relay": _SIGNAL.search, "application/dtmf": _PLAIN.fullmatch}.get(body.getType())
        digit = found(str(body)) if found is not None else None
        if digit is not None:
            self.happens.pressed(digit[1].upper())

    def _unheard(self) -> None:
        if not self._heard:
            self.happens.failed(0)

    def _unanswered(self) -> None:
        if not self._answered:
            self.happens.failed(408)


def _say_it_once(transaction: Any) -> None:
    """
    An invitation that nobody has answered yet is not sent again: else a phone that appears there later rings for a call that is over.

    The transaction itself stays: what still comes (the first answer got lost) is cancelled or hung up.
    """
    again = transaction.teA if transaction is not None else None
    if again is not None:
        again.cancel()
        transaction.teA = None


def agent_class(parts: Any) -> Any:
    """Sippy's dialog, without what we never do: no transfer, nothing that it would leave unanswered."""
    known = getattr(parts, "Agent", None)
    if known is not None:
        return known

    class Agent(parts.UA):  # type: ignore[misc] # sippy has no types, and is there only once it was loaded in its thread
        def recvRequest(self, request: Any, transaction: Any) -> Any:  # noqa: N802 - sippy's name
            if request.getMethod() not in OURS:
                return (request.genResponse(405, "Method Not Allowed"), None, None)
            return super().recvRequest(request, transaction)

    parts.Agent = Agent
    return Agent
