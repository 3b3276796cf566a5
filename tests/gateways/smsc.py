"""
A carrier's SMSC (短信中心) for tests, built on smpp34: a real Kannel binds to it by SMPP.

It puts texts together again as a handset does: by the header of their parts, or by sar_* parameters. What it does with a text
is the test's to say: report, refuse, keep silent; at once, late, twice, or before its own answer.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import smpp34

from tests.server import free_port

if TYPE_CHECKING:
    from types import TracebackType

INVALID_NUMBER = 0x0B  # ESME_RINVDSTADR
SAR_REFERENCE, SAR_TOTAL, SAR_PART = 0x020C, 0x020E, 0x020F
UCS2, CONCATENATED, RECEIPT = 8, 0x40, 0x04
GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
STATES = {"delivered": "DELIVRD", "failed": "UNDELIV", "expired": "EXPIRED"}


@dataclass(frozen=True, slots=True)
class Received:
    """A whole text; `place` is the order in which its last part came."""

    place: int
    at: float  # time.time() of its last part
    number: str
    sender: str
    text: str
    parts: int
    message_ids: tuple[str, ...]


@dataclass(slots=True)
class Behaviour:
    """What the SMSC does with a text. `refuse` is a command status; `report` one of STATES or empty."""

    refuse: int = 0
    report: str = "delivered"
    after: float = 0.02
    times: int = 1


@dataclass(slots=True)
class _Pending:
    total: int
    pieces: dict[int, bytes] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)


Chooser = Callable[[str, bytes], Behaviour]


class Smsc:
    """An SMSC on 127.0.0.1 for the length of a block."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: list[Received] = []
        self.pdus = self._made = 0
        self.behave: Chooser = lambda _number, _body: Behaviour()
        self.bound = threading.Event()
        self._sessions: dict[str, Any] = {}
        self._pending: dict[tuple[str, str, int], _Pending] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="smsc", daemon=True)
        self._ready = threading.Event()
        self._over: asyncio.Event | None = None
        self._one = threading.Lock()
        self._jobs: set[Any] = set()

    def group(self) -> str:
        """Kannel's configuration of this carrier."""
        return f"""group = smsc
smsc = smpp
smsc-id = "carrier"
host = "127.0.0.1"
our-host = "127.0.0.1"
port = {self.port}
smsc-username = "hongxian"
smsc-password = "secret"
system-type = ""
transceiver-mode = true
max-pending-submits = 20
reconnect-delay = 1
enquire-link-interval = 30
"""

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Hangs up and listens no more."""
        if self._over is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._over.set)
            self._thread.join(10)

    def forget(self) -> None:
        """For the next test."""
        with self._one:
            self.received.clear()
        self.pdus, self.behave = 0, lambda _number, _body: Behaviour()

    def texts_to(self, number: str) -> list[Received]:
        """What reached a number, by its last digits."""
        with self._one:
            return [each for each in self.received if each.number[-11:] == number[-11:]]

    def wait_for(self, count: int, *, seconds: float = 20.0) -> list[Received]:
        """Until so many texts are here."""
        deadline = time.monotonic() + seconds
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        with self._one:
            return list(self.received)

    def say(self, number: str, text: str) -> None:
        """Somebody answers from their handset."""
        body = text.encode("utf-16-be")
        asyncio.run_coroutine_threadsafe(
            self._deliver(number, "10690000", body, data_coding=UCS2, esm_class=0), self._loop
        ).result(10)

    def report(self, message_id: str, number: str, state: str) -> None:
        """A receipt, whenever the test wants one."""
        asyncio.run_coroutine_threadsafe(self._receipt(message_id, number, "10690000", state), self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        server = smpp34.Server("127.0.0.1", self.port, system_id="TEST")
        await server.start()
        self._ready.set()
        over = asyncio.ensure_future(self._over.wait())
        while not over.done():
            coming = asyncio.ensure_future(server.next())
            await asyncio.wait({coming, over}, return_when=asyncio.FIRST_COMPLETED)
            if coming.done():
                self._take(coming.result())
            else:
                coming.cancel()
        for session in self._sessions.values():
            with suppress(Exception):  # gone already
                await asyncio.wait_for(session.unbind(), 2)
        await server.stop()

    def _take(self, event: Any) -> None:
        if isinstance(event, smpp34.Esme):
            self._sessions[event.session_id] = event
            self.bound.set()
        elif isinstance(event, smpp34.Unbound):
            self._sessions.pop(event.session_id, None)
        elif isinstance(event, smpp34.SubmitSmEvent):
            self._submitted(event)

    def _submitted(self, event: Any) -> None:
        self.pdus += 1
        number, body = event.destination_addr, bytes(event.short_message)
        behaviour = self.behave(number, body)
        if behaviour.refuse:
            event.reject(behaviour.refuse)
            return
        self._made += 1
        message_id = f"{self._made:08x}"
        event.accept(message_id)
        self._join(event, number, body, message_id)
        if event.registered_delivery & 1 and behaviour.report:
            job = asyncio.ensure_future(self._report_later(message_id, number, event.source_addr, behaviour))
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)

    async def _report_later(self, message_id: str, number: str, sender: str, behaviour: Behaviour) -> None:
        await asyncio.sleep(behaviour.after)
        for _ in range(behaviour.times):
            with suppress(Exception):  # the link has gone: this report is lost
                await self._receipt(message_id, number, sender, behaviour.report)

    async def _receipt(self, message_id: str, number: str, sender: str, state: str) -> None:
        stat = STATES[state]
        error = "000" if state == "delivered" else "001"
        words = f"id:{message_id} sub:001 dlvrd:001 submit date:2611260900 done date:2611260901 stat:{stat} err:{error} text:"
        await self._deliver(number, sender, words.encode("ascii"), data_coding=0, esm_class=RECEIPT)

    async def _deliver(self, number: str, to: str, body: bytes, *, data_coding: int, esm_class: int) -> None:
        session = next(iter(self._sessions.values()))
        await session.deliver_sm(to, body, source_addr=number, data_coding=data_coding, esm_class=esm_class)

    def _join(self, event: Any, number: str, body: bytes, message_id: str) -> None:
        reference, total, part, body = _part_of(event, body)
        key = (number, event.source_addr, reference)
        pending = self._pending.setdefault(key, _Pending(total))
        pending.pieces[part], pending.ids[part] = body, message_id
        if len(pending.pieces) < total:
            return
        del self._pending[key]
        whole = b"".join(pending.pieces[place] for place in sorted(pending.pieces))
        ids = tuple(pending.ids[place] for place in sorted(pending.ids))
        with self._one:
            self.received.append(
                Received(
                    len(self.received), time.time(), number, event.source_addr, _decode(whole, event.data_coding), total, ids
                )
            )


def _part_of(event: Any, body: bytes) -> tuple[int, int, int, bytes]:
    """Reference, how many parts, which part, and what is in it."""
    if event.esm_class & CONCATENATED:
        head = body[1 : 1 + body[0]]
        while head:
            kind, length, value = head[0], head[1], head[2 : 2 + head[1]]
            if kind == 0 and length == 3:
                return value[0], value[1], value[2], body[1 + body[0] :]
            head = head[2 + length :]
    tags = {tlv.tag: tlv.as_int() for tlv in event.tlvs}
    if SAR_REFERENCE in tags:
        found = (tags[SAR_REFERENCE], tags[SAR_TOTAL], tags[SAR_PART])
        return (*(int(each or 0) for each in found), body)  # type: ignore[return-value] # three numbers and the body
    return -int(time.monotonic_ns()), 1, 1, body


def _decode(body: bytes, data_coding: int) -> str:
    if data_coding == UCS2:
        return body.decode("utf-16-be")
    return "".join(GSM[each] for each in body)
