"""
The relay (媒体中继): sound goes from one leg to the other through two ports of ours, so that neither side learns the other's
address, and digits in the sound (RFC 4733) are seen on their way.

One thread carries all calls. It takes sound only from where a leg's description said it would come from, passes on only the
one codec that both speak, comfort noise and digits, and keeps nothing.
"""

from __future__ import annotations

import logging
import select
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hongxian.outreach.gateways.sip import sdp

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("hongxian.dialer")
DIGITS = "0123456789*#ABCD"
HEAD, EVENT = 12, 4
COMFORT_NOISE = 13
LARGEST = 2048
TRIES = 50


@dataclass(slots=True)
class Side:
    """One leg's port and where its sound goes."""

    plug: socket.socket
    port: int
    digit: Callable[[str], None] | None = None
    aim: sdp.Theirs | None = None
    other: Side | None = None
    last_event: bytes = field(default=b"")


class Relay:
    """The thread; `open` and `close` may be called from others."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._poll = select.epoll()
        self._sides: dict[int, Side] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._thread.start()

    def open(self, *, digit: Callable[[str], None]) -> tuple[Side, Side]:
        """
        Two ports that belong together: the consultant's and the member's. `digit` is told what the member presses.

        :raises OSError: there is no port left.
        """
        one = Side(*self._port())
        try:
            two = Side(*self._port(), digit=digit)
        except OSError:
            one.plug.close()
            raise
        one.other, two.other = two, one
        for side in (one, two):
            self._sides[side.plug.fileno()] = side
            self._poll.register(side.plug.fileno(), select.EPOLLIN)
        return one, two

    @staticmethod
    def play(side: Side, packet: bytes) -> None:
        """Something of our own to whom a side belongs."""
        aim = side.aim
        if aim is not None and aim.port and aim.direction not in {"sendonly", "inactive"}:
            with suppress(OSError):
                side.plug.sendto(packet, (aim.host, aim.port))

    def close(self, *sides: Side) -> None:
        """Nothing is relayed any more."""
        for side in sides:
            number = side.plug.fileno()
            if number < 0:
                continue
            with suppress(OSError):
                self._poll.unregister(number)
            self._sides.pop(number, None)
            side.other = None
            side.plug.close()

    def end(self) -> None:
        """Ends the thread and everything open."""
        self._ended.set()
        self._thread.join(2)
        self.close(*list(self._sides.values()))

    def _port(self) -> tuple[socket.socket, int]:
        """A free port with an even number, as RTP likes it."""
        for _ in range(TRIES):
            plug = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            plug.setblocking(False)
            plug.bind((self._host, 0))
            port: int = plug.getsockname()[1]
            if port % 2 == 0:
                return plug, port
            plug.close()
        raise OSError("no port left")

    def _run(self) -> None:
        buffer = bytearray(LARGEST)
        while not self._ended.is_set():
            for number, _what in self._poll.poll(0.2):
                side = self._sides.get(number)
                if side is not None:
                    try:
                        self._pass_on(side, buffer)
                    except OSError:  # a leg that has just gone
                        continue
                    except Exception:  # one packet must not end everybody's sound
                        log.exception("a packet could not be relayed", extra={"code": "relay_trouble"})

    @staticmethod
    def _pass_on(side: Side, buffer: bytearray) -> None:
        length, source = side.plug.recvfrom_into(buffer)
        aim, other = side.aim, side.other
        if aim is None or other is None or source[0] != aim.host or length < HEAD or buffer[0] >> 6 != 2:  # noqa: PLR2004 - RTP's version
            return
        kind = buffer[1] & 0x7F
        target = other.aim
        if kind in {sdp.EVENTS, aim.events}:
            _read_digit(side, buffer, length)
            if target is None or target.events is None:
                return
            buffer[1] = (buffer[1] & 0x80) | target.events
        elif kind not in {aim.codec, COMFORT_NOISE}:
            return
        if target is not None and target.port and target.direction not in {"sendonly", "inactive"}:
            other.plug.sendto(memoryview(buffer)[:length], (target.host, target.port))


def _read_digit(side: Side, buffer: bytearray, length: int) -> None:
    """A digit is told once: its packets all carry the moment at which it was pressed."""
    at = HEAD + 4 * (buffer[0] & 0x0F)
    if buffer[0] & 0x10 and length >= at + 4:  # a header extension
        at += 4 + 4 * int.from_bytes(buffer[at + 2 : at + 4], "big")
    moment = bytes(buffer[4:12])
    if side.digit is None or length < at + EVENT or moment == side.last_event:
        return
    side.last_event = moment
    if buffer[at] < len(DIGITS):
        side.digit(DIGITS[buffer[at]])
