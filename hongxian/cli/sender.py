"""
The worker's threads that send texts and deal with what comes back, for as long as the process runs, whatever goes wrong.

One sender works at a time over the whole company: it holds a lock of the database's on a connection of its own. Who takes it
over knows that its predecessor is gone, and that what was being handed over is unknown. Inside, one thread prepares batches
and four hand them over, share by share. Any trouble ends all of them; then the lock is taken anew and the orphans are seen to.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils import timezone

from hongxian.kernel.refusal import Refusal
from hongxian.org import queries as org
from hongxian.outreach import arriving, sending, settling, texting
from hongxian.outreach.gateways import choosing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType
    from typing import Self

    from hongxian.outreach.gateways.port import TextGateway

log = logging.getLogger("hongxian.cli")
PERIOD, IDLE, LONGEST_WAIT = 0.5, 0.1, 5.0
MIND_EVERY, LOOK_EVERY = 30.0, 1.0
LOCK = (7_302, 1)
NOES_AT_ONCE = 8
SWITCH = 0.0005  # seconds: a "no" asks twenty short questions, and shall not wait behind whoever computes for each of them
HANDS = 4  # while one share is written down, others are on the line
NOES_FIRST = 1.0  # seconds: so long what goes out waits for what came in
AHEAD = 8  # shares that are prepared and not yet being handed over


class Texts:
    """Sends and deals with arrivals for the length of a block."""

    def __init__(self, *, gateway: Callable[[], TextGateway | None] = choosing.text_gateway) -> None:
        self._ended = threading.Event()
        self._calm = threading.Event()  # nobody's "no" is being dealt with
        self._gateway = gateway
        self._threads = [
            threading.Thread(target=self._for_ever, args=(work, name), name=name, daemon=True)
            for name, work in (("sender", self._lead), ("replies", self._replies), ("reports", self._reports))
        ]

    def __enter__(self) -> Self:
        sys.setswitchinterval(SWITCH)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(20)

    def _for_ever(self, work: Callable[[], None], name: str) -> None:
        wait = PERIOD
        while not self._ended.is_set():
            begun = time.monotonic()
            try:
                work()
            except Exception:  # a thread that ends would send nothing and say nothing
                log.exception("texts failed", extra={"code": "texts_failed", "part": name})
            finally:
                connections.close_all()
            wait = PERIOD if time.monotonic() - begun > LONGEST_WAIT else min(wait * 2, LONGEST_WAIT)
            self._ended.wait(wait)

    def _lead(self) -> None:
        gateway = self._gateway()
        if gateway is None:
            self._ended.wait(LONGEST_WAIT)
            return
        try:
            with _alone(self._ended) as still_alone:
                if still_alone is not None:
                    _Run(gateway, self._ended, self._calm, still_alone).go()
        finally:
            gateway.close()

    def _replies(self) -> None:
        with _woken_by(arriving.CHANNEL) as wait, ThreadPoolExecutor(NOES_AT_ONCE, thread_name_prefix="no") as pool:

            def spread(work: Callable[[Any], None], said: Iterable[Any]) -> Iterable[None]:
                return pool.map(partial(_on_its_own, work), said)

            while not self._ended.is_set():
                self._calm.clear()
                try:
                    if arriving.deal_replies(now=timezone.now(), spread=spread):
                        continue
                except Refusal as refusal:  # the keeper is away
                    log.warning("replies wait", extra={"code": refusal.code})
                finally:
                    self._calm.set()
                wait(PERIOD)

    def _reports(self) -> None:
        while not self._ended.is_set():
            if arriving.deal_reports(now=timezone.now()) < arriving.AT_ONCE:
                self._ended.wait(PERIOD)  # they come one by one and are dealt with in batches


def _on_its_own(work: Callable[[Any], None], said: Any) -> None:
    """On a thread of the pool, whose connection is kept while it is well."""
    connections["default"].close_if_unusable_or_obsolete()
    try:
        work(said)
    except BaseException:
        connections.close_all()
        raise


class _Run:
    """One turn of being the sender: from taking the lock to losing it, being told to end, or meeting trouble."""

    def __init__(
        self, gateway: TextGateway, ended: threading.Event, calm: threading.Event, still_alone: Callable[[], bool]
    ) -> None:
        self._gateway, self._ended, self._calm, self._still_alone = gateway, ended, calm, still_alone
        self._stop = threading.Event()
        self._shares: queue.Queue[sending.Prepared] = queue.Queue(AHEAD)
        self._prepared: set[int] = set()  # and not handed over yet
        self._trouble: list[BaseException] = []

    def go(self) -> None:
        for city in org.cities():
            lost = settling.give_up_orphans(city_id=city.city_id, now=timezone.now())
            if lost:
                log.warning("unknown after a fall", extra={"code": "texts_unknown", "texts": lost, "city": city.code})
        works = [self._prepare, *[self._hand_over] * HANDS]
        threads = [threading.Thread(target=self._guarded, args=(work,), daemon=True) for work in works]
        for thread in threads:
            thread.start()
        while not self._ended.wait(PERIOD) and not self._stop.is_set():
            if not self._still_alone():
                self._stop.set()
        self._stop.set()
        for thread in threads:
            thread.join()
        if self._trouble:
            raise self._trouble[0]

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as trouble:  # noqa: BLE001 - told by the thread that leads
            self._trouble.append(trouble)
        finally:
            self._stop.set()
            connections.close_all()

    def _prepare(self) -> None:
        mind_at, look_at, wait = 0.0, 0.0, IDLE
        cities: list[int] = []
        with _woken_by(texting.CHANNEL) as woken:
            while not self._stop.is_set():
                now = time.monotonic()
                if now >= mind_at:
                    self._mind()
                    mind_at = now + MIND_EVERY
                if not cities or now >= look_at:
                    cities, look_at = sending.cities(now=timezone.now()), now + LOOK_EVERY
                self._calm.wait(NOES_FIRST)
                taken = {city_id: self._prepare_one(city_id) for city_id in cities}  # a batch of each in turn
                cities = [city_id for city_id, count in taken.items() if count]
                if not cities:
                    woken(wait)
                wait = IDLE if cities else min(wait * 2, PERIOD)

    def _prepare_one(self, city_id: int) -> int:
        """How many texts of this city were taken up; none while the gateway has no room or the keeper is away."""
        room = self._gateway.room()
        if room <= 0 or self._stop.is_set():
            return 0
        try:
            picked = sending.prepare(
                city_id=city_id, now=timezone.now(), most=min(sending.BATCH, room), skipped=list(self._prepared)
            )
        except Refusal as refusal:  # the keeper is away; the texts wait again
            log.warning("texts wait", extra={"code": refusal.code})
            self._stop.wait(1)
            return 0
        if picked.prepared is not None:
            self._pass_on(picked.prepared)
        return picked.taken

    def _pass_on(self, prepared: sending.Prepared) -> None:
        """To whoever hands over; when told to end they wait on, and are decided anew by the next."""
        self._prepared.update(prepared.ids)
        shares = deque(sending.shares_of(prepared))
        while shares and not self._stop.is_set():
            with suppress(queue.Full):
                self._shares.put(shares[0], timeout=0.2)
                shares.popleft()

    def _hand_over(self) -> None:
        while not self._stop.is_set():
            try:
                share = self._shares.get(timeout=0.2)
            except queue.Empty:
                continue
            self._calm.wait(NOES_FIRST)
            if sending.hand_over(prepared=share, gateway=self._gateway, now=timezone.now()):
                self._stop.wait(PERIOD)  # it takes nothing for now; what it would not take waits again
            self._prepared.difference_update(share.ids)

    def _mind(self) -> None:
        """What time alone brings about."""
        now = timezone.now()
        for city in org.cities():
            settling.drop_late(city_id=city.city_id, now=now)


@contextmanager
def _alone(ended: threading.Event) -> Iterator[Callable[[], bool] | None]:
    """The one sender's lock, on a connection of its own; None when told to end before it was free."""
    own = connections.create_connection("default")
    try:
        while not ended.is_set():
            with own.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", LOCK)
                if cursor.fetchone()[0]:
                    break
            ended.wait(PERIOD)
        yield None if ended.is_set() else lambda: _lives(own)
    finally:
        own.close()


def _lives(own: Any) -> bool:
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever it is, the lock is gone
        return False
    return True


@contextmanager
def _woken_by(channel: str) -> Iterator[Callable[[float], None]]:
    """`wait(seconds)` ends early when somebody says something on the channel. On a connection of its own, without a pool."""
    own = connections.create_connection("default")
    try:
        own.ensure_connection()
        own.connection.autocommit = True
        own.connection.execute(f"LISTEN {channel}")

        def wait(seconds: float) -> None:
            for _ in own.connection.notifies(timeout=seconds, stop_after=1):
                pass

        yield wait
    finally:
        own.close()
