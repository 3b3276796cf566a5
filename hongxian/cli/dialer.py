"""
The dialer: one a machine at a time. Takes calls up, has the gateway carry them, and writes down what happens to them.

Three kinds of threads: this one listens to the database and takes; one writes what the gateway tells, in its order; the
gateway's own carry calls and ask for numbers. The database may go and come back: calls go on meanwhile, and what happened to
them is written when it is there again. Told to drain (排空), it takes up nothing more and ends when the last call has ended and is
written; what is asked for meanwhile waits its minute for the next dialer.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import queue
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from hongxian.kernel.refusal import Refusal
from hongxian.org import queries as org
from hongxian.outreach import calling, dialling
from hongxian.outreach.gateways import carrying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hongxian.outreach.gateways.calling import CallGateway, Event

log = logging.getLogger("hongxian.dialer")
LISTENS = 0.5
SWEEP_EVERY, BEAT_EVERY, AGAIN = 3.0, 10.0, 1.0
LAST_WORDS = 10.0


def machine() -> str:
    """What all dialers of this installation on this machine are called."""
    here = f"{settings.HOME.path}\n{socket.gethostname()}".encode()
    return f"d-{hashlib.sha256(here).hexdigest()[:10]}/"


class Dialer:
    """`run` until `ended` is set, or `draining` is and no call is left; `conninfo` is how this process signs in."""

    def __init__(self, *, conninfo: Callable[[], str], ended: threading.Event, draining: threading.Event) -> None:
        self._conninfo, self._ended, self._draining = conninfo, ended, draining
        self.machine = machine()
        self.name = self.machine + secrets.token_hex(4)
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._carried: dict[str, dialling.Taken] = {}
        self._swept = self._beaten = 0.0
        self._well: bool | None = None

    def run(self) -> None:
        """Waits for its turn; an earlier dialer of this machine is gone then, and its calls are ended first."""
        with (settings.HOME.run / "dialer.lock").open("a") as lock:
            if not self._turn(lock):
                return
            gateway = carrying.call_gateway(tell=self._events.put)
            writer = threading.Thread(target=self._write, name="writer", daemon=True)
            writer.start()
            try:
                self._carry(gateway)
            finally:
                gateway.close()
                self._events.put(None)
                writer.join(LAST_WORDS)

    def _turn(self, lock: Any) -> bool:
        while not self._over():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._ended.wait(LISTENS)
            else:
                return True
        return False

    def _carry(self, gateway: CallGateway) -> None:
        left = True
        while not self._over():
            try:
                with psycopg.connect(self._conninfo(), autocommit=True) as listener:
                    listener.execute(f"LISTEN {calling.CALLS}".encode())
                    if left:
                        self._end_left_open()
                        left = False
                    self._swept = self._beaten = 0.0
                    self._says(well=True)
                    self._listen(listener, gateway)
            except (DatabaseError, psycopg.Error):
                self._says(well=False)
                connection.close()
                self._ended.wait(AGAIN)

    def _over(self) -> bool:
        return self._ended.is_set() or (self._draining.is_set() and not self._carried)

    def _end_left_open(self) -> None:
        now = timezone.now()
        for city in org.cities():
            ended = dialling.end_left_open(city_id=city.city_id, machine=self.machine, dialer=self.name, now=now)
            if ended:
                log.warning("calls were left open", extra={"city": city.code, "ended": ended, "code": "dialer_died"})

    def _listen(self, listener: psycopg.Connection[Any], gateway: CallGateway) -> None:
        while not self._over():
            for told in listener.notifies(timeout=LISTENS, stop_after=1):
                if told.payload.isdigit():
                    self._look(gateway, int(told.payload))
            moment = time.monotonic()
            if moment - self._swept >= SWEEP_EVERY:
                self._swept = moment
                for city in org.cities():
                    self._look(gateway, city.city_id)
            if moment - self._beaten >= BEAT_EVERY:
                self._beaten = moment
                now = timezone.now()
                for city_id in {call.city_id for call in list(self._carried.values())}:
                    dialling.beat(city_id=city_id, dialer=self.name, now=now)

    def _look(self, gateway: CallGateway, city_id: int) -> None:
        """Takes what waits in a city and ends what somebody wants to end."""
        if not self._draining.is_set():
            for call in dialling.take(city_id=city_id, dialer=self.name, now=timezone.now()):
                self._carried[call.ref] = call
                self._place(gateway, call)
        here = [call for call in list(self._carried.values()) if call.city_id == city_id]
        if here:
            for ref, cause in dialling.to_hang_up(city_id=city_id, calls=here).items():
                gateway.hang_up(ref=ref, cause=cause)

    def _place(self, gateway: CallGateway, call: dialling.Taken) -> None:
        extension = dialling.extension_of(call)
        if extension:
            gateway.place(ref=call.ref, extension=extension, number=partial(_number, call))
        else:
            del self._carried[call.ref]
            calling.note(city_id=call.city_id, at=call.at, id=call.id, state="ended", cause="no_extension", now=timezone.now())

    def _write(self) -> None:
        """What the gateway tells, in its order; nothing is passed over because the database is away."""
        while (event := self._events.get()) is not None:
            while True:
                try:
                    self._note(event)
                    if event.kind == "ended":
                        self._carried.pop(event.ref, None)
                    break
                except DatabaseError:
                    connection.close()
                    time.sleep(AGAIN)
                except Exception:
                    log.exception("an event could not be noted", extra={"kind": event.kind, "code": "event_lost"})
                    break

    @staticmethod
    def _note(event: Event) -> None:
        city_id, at, number = dialling.key_of(event.ref)
        if event.gateway_ref:
            dialling.name_call(ref=event.ref, gateway_ref=event.gateway_ref)
        calling.note(city_id=city_id, at=at, id=number, state=event.kind, cause=event.cause, now=event.at)
        log.info("call", extra={"city": city_id, "call": number, "state": event.kind, "cause": event.cause})

    def _says(self, *, well: bool) -> None:
        if well is not self._well:
            log.log(logging.INFO if well else logging.ERROR, "dialer", extra={"database": well})
            self._well = well


@contextmanager
def _number(call: dialling.Taken) -> Iterator[str | None]:
    """The number for a block; this thread's connection is given up when anything goes wrong, and nobody is rung."""
    try:
        with dialling.number_of(call, clock=timezone.now) as number:
            yield number
    except (DatabaseError, Refusal):
        connection.close()
        raise
