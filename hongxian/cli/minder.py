"""
The worker's thread that minds calls: a nine becomes a refusal the moment the dialer tells of it, and what nobody ends is ended.

It listens on a connection of its own, so that no word is lost among its statements; every few seconds it looks for what was
told while nobody listened.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg
from django.db import connection
from django.utils import timezone

from hongxian.org import queries as org
from hongxian.outreach import arriving, call_events, calling, minding

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Any, Self

log = logging.getLogger("hongxian.cli")
LISTENS = 0.5
LOOKS_EVERY = 5.0


class Minder:
    """Minds calls for the length of a block; `conninfo` is how this process signs in."""

    def __init__(self, conninfo: Callable[[], str]) -> None:
        self._conninfo = conninfo
        self._ended = threading.Event()
        self._looked = 0.0
        self._thread = threading.Thread(target=self._run, name="minder", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(self._conninfo(), autocommit=True) as listener:
                    self._mind(listener)
            except Exception:  # a thread that ends would leave every later nine unheard and say nothing
                log.exception("minding calls failed", extra={"code": "minding_failed"})
                connection.close()
                self._ended.wait(1.0)

    def _mind(self, listener: psycopg.Connection[Any]) -> None:
        for channel in (calling.NINES, arriving.CHANNEL):
            listener.execute(f"LISTEN {channel}".encode())
        while not self._ended.is_set():
            for told in listener.notifies(timeout=LISTENS, stop_after=1):
                if told.channel == calling.NINES:
                    self.hear(told.payload)
                else:
                    self.note()
            if time.monotonic() - self._looked >= LOOKS_EVERY:
                self.look()
                self._looked = time.monotonic()

    def hear(self, payload: str) -> None:
        """A nine, by the numbers of its call."""
        city_id, at, number = payload.split(" ")
        settled = minding.settle_nine(city_id=int(city_id), at=datetime.fromisoformat(at), id=int(number), now=timezone.now())
        log.info("nine", extra={"city": int(city_id), "call": int(number), "settled": settled})

    def note(self) -> None:
        """What a cloud of virtual numbers has said of calls."""
        while call_events.deal_calls(now=timezone.now()) == arriving.AT_ONCE:
            pass

    def look(self) -> None:
        """What was told while nobody listened, and calls that nobody ends, of every city."""
        self.note()
        now = timezone.now()
        for city in org.cities():
            nines = minding.settle_left_over(city_id=city.city_id, now=now)
            ended = minding.end_overdue(city_id=city.city_id, now=now)
            if nines or ended:
                log.info("minded", extra={"city": city.code, "nines": nines, "ended": ended})
