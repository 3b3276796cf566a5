"""The worker's threads for partners: one does what they asked for, one tells them; as long as the process runs, whatever goes wrong."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from hongxian.kernel.refusal import Refusal
from hongxian.partners import doing, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType
    from typing import Self

log = logging.getLogger("hongxian.cli")
PERIOD, LONGEST_WAIT = 0.3, 5.0


class Partners:
    """Does and tells for the length of a block."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._for_ever, args=(work, name), name=name, daemon=True)
            for name, work in (("partners", self.do), ("hooks", self.tell))
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(20)

    def _for_ever(self, work: Callable[[], int], name: str) -> None:
        wait = PERIOD
        while not self._ended.wait(wait):
            try:
                wait = 0.0 if work() else PERIOD
            except Refusal as refusal:  # the keeper is away
                log.warning("partners wait", extra={"code": refusal.code, "part": name})
                wait = min(max(wait, PERIOD) * 2, LONGEST_WAIT)
            except Exception:  # a thread that ends would do nothing and say nothing
                log.exception("partners failed", extra={"code": "partners_failed", "part": name})
                connection.close()
                wait = min(max(wait, PERIOD) * 2, LONGEST_WAIT)

    def do(self) -> int:
        """One batch of every city that has something waiting; how many requests."""
        return _in_each(doing.waiting_cities(), lambda city_id: doing.do_city(city_id=city_id, now=timezone.now()))

    def tell(self) -> int:
        """What is due in every city; how many messages."""
        cities = telling.due_cities(now=timezone.now())
        return _in_each(cities, lambda city_id: telling.tell_due(city_id=city_id, now=timezone.now()))


def _in_each(cities: Sequence[int], work: Callable[[int], int]) -> int:
    """What goes wrong in one city is told once the others have had their turn."""
    done, failures = 0, list[Exception]()
    for city_id in cities:
        try:
            done += work(city_id)
        except Exception as failure:  # noqa: BLE001 - raised below
            connection.close()
            failures.append(failure)
    if failures:
        raise failures[0]
    return done
