"""
Kannel: texts go to its smsbox over HTTP, and from its bearerbox to the carriers by SMPP.

Number and text travel in headers and body, never in an address, so that no log of addresses holds them. Kannel gives no
number of its own back: our word for the text stands in the address at which it reports. It asks for reports on the first
part of a long text only. A text that it queues because its way out is closed is a text that we can no longer stop, so its
state is asked before every batch and nothing is handed over while a second's worth is waiting inside.
"""

from __future__ import annotations

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import TYPE_CHECKING

from hongxian.outreach.gateways import signing
from hongxian.outreach.gateways.http import Connection, NoAnswer, NotSent
from hongxian.outreach.gateways.port import AWAY, REFUSED, TAKEN, UNKNOWN, Outgoing, Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

AT_ONCE = 8  # connections for a batch; two batches may be on their way
# Delivered, not delivered, refused by the carrier. What a stand-in can say is only that it took the text.
MASK, STAND_IN_MASK = 1 | 2 | 16, 8 | 16
UCS2 = "2"
BASE_ROOM, MOST_ROOM = 100, 1_000
SPAN = 2.0  # seconds over which its pace is taken
FRESH = 0.2  # seconds for which its state is believed
STATUS_PATIENCE = 2.0
_QUEUED = re.compile(rb"<sent>\s*<total>(\d+)</total>\s*<queued>(\d+)</queued>")
_SMS = re.compile(rb"<sms>(.*?)</sms>", re.DOTALL)
_BOX = b"<type>smsbox</type>"
_OPEN = re.compile(rb"<status>online")
_SMSCS = re.compile(rb"<smscs>(.*)</smscs>", re.DOTALL)


class Kannel:
    """A smsbox and, where its address is known, the bearerbox's page of state."""

    name = "kannel"

    def __init__(
        self, *, url: str, user: str, password: str, status_url: str = "", sender: str = "", stand_in: bool = False
    ) -> None:
        self._url, self._user, self._password, self._sender = url, user, password, sender
        self.stand_in = stand_in
        self._pool = ThreadPoolExecutor(2 * AT_ONCE, thread_name_prefix="kannel")
        self._own, self._all = threading.local(), list[Connection]()
        self._status = Connection(status_url, patience=STATUS_PATIENCE) if status_url else None
        self._asking = threading.Lock()
        self._pace = _Pace()
        self._room, self._asked_at = 0, 0.0

    def room(self) -> int:
        """What it passes on in a second, less what waits inside; believed for a moment. Without a page of state, a batch."""
        if self._status is None:
            return BASE_ROOM
        with self._asking:
            now = time.monotonic()
            if now - self._asked_at > FRESH:
                self._room, self._asked_at = self._ask_room(self._status), now
            return self._room

    def _ask_room(self, status: Connection) -> int:
        try:
            page = status.ask("GET").body
        except OSError:
            return 0
        sms, carriers = _SMS.search(page), _SMSCS.search(page)
        found = _QUEUED.search(sms[1]) if sms else None
        if found is None or carriers is None or not _OPEN.search(carriers[1]) or _BOX not in page:
            return 0
        sent, queued = int(found[1]), int(found[2])
        return max(0, self._pace.per_second(sent=sent, queued=queued) - queued)

    def hand_over(self, batch: Sequence[Outgoing], *, now: datetime) -> list[Result]:  # noqa: ARG002 - the port's
        """Several connections at once; each text goes out once."""
        return [result for part in self._pool.map(self._hand_over_some, _shares(batch)) for result in part]

    def _hand_over_some(self, share: Sequence[Outgoing]) -> list[Result]:
        connection = self._connection()
        return [self._hand_over_one(connection, each) for each in share]

    def _hand_over_one(self, connection: Connection, text: Outgoing) -> Result:
        try:
            answer = connection.ask("POST", headers=self._headers(text), body=text.text.encode("utf-8"))
        except NotSent:
            return Result(AWAY, "not_there")
        except NoAnswer:
            return Result(UNKNOWN, "no_answer")
        if answer.status == HTTPStatus.ACCEPTED:
            return Result(TAKEN)
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:  # its own word: for now it takes nothing
            return Result(AWAY, "busy")
        return (
            Result(REFUSED, str(answer.status)) if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR else Result(UNKNOWN, "fault")
        )

    def _headers(self, text: Outgoing) -> dict[str, str]:
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": self._user,
            "X-Kannel-Password": self._password,
            "X-Kannel-To": text.number,
            "X-Kannel-Coding": UCS2,
        }
        if self._sender:
            headers["X-Kannel-From"] = self._sender
        if text.ref is not None:
            headers["X-Kannel-DLR-Mask"] = str(STAND_IN_MASK if self.stand_in else MASK)
            headers["X-Kannel-DLR-URL"] = f"{signing.report_address(text.ref)}?s=%d&c=%D"
        return headers

    def _connection(self) -> Connection:
        known: Connection | None = getattr(self._own, "connection", None)
        if known is None:
            known = self._own.connection = Connection(self._url)
            self._all.append(known)
        return known

    def close(self) -> None:
        """Ends its threads and connections."""
        self._pool.shutdown(wait=True)
        for each in (*self._all, *([self._status] if self._status else [])):
            each.close()


class _Pace:
    """How many texts a second have left lately, from the counts that Kannel keeps."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def per_second(self, *, sent: int, queued: int) -> int:
        """A second's worth; while nothing waits inside, it may be asked for as much as it can ever take."""
        now = time.monotonic()
        self._seen = [(at, count) for at, count in self._seen if now - at < SPAN and count <= sent]
        self._seen.append((now, sent))
        first_at, first = self._seen[0]
        if queued == 0 or now - first_at < FRESH:
            return MOST_ROOM if queued == 0 else BASE_ROOM
        return max(BASE_ROOM, min(MOST_ROOM, int((sent - first) / (now - first_at))))


def _shares(batch: Sequence[Outgoing]) -> Iterator[Sequence[Outgoing]]:
    """Neighbouring shares, as many as there are connections, so that the answers come in order."""
    size = -(-len(batch) // AT_ONCE) or 1
    return (batch[start : start + size] for start in range(0, len(batch), size))
