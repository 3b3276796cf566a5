"""Consultants at work, each a process of its own, so that the product's path has as many clients as the bare one."""

from __future__ import annotations

import multiprocessing
import os
import queue
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from bench._plant import Place


class Clients:
    """Consultants at work, each a process of its own that stays for the whole bench."""

    def __init__(self, count: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.count = count
        self._answers: Queue[float] = context.Queue()
        self._asks: list[Queue[Any]] = [context.Queue() for _ in range(count)]
        self._processes = [
            context.Process(target=_client, args=(number, ask, self._answers), daemon=True)
            for number, ask in enumerate(self._asks)
        ]

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        self._gather()
        return self

    def __exit__(self, *_raised: object) -> None:
        for ask in self._asks:
            ask.put(None)
        for process in self._processes:
            process.join(10)

    def run(self, work: Any, place: Place, first: int, amount: Any) -> list[float]:
        """All of them do `work`, as the consultants from number `first` on; what each gave."""
        for ask in self._asks:
            ask.put((work, place, first, amount))
        return self._gather()

    def _gather(self) -> list[float]:
        """:raises RuntimeError: one of them has fallen; its own words are on the screen."""
        found: list[float] = []
        while len(found) < self.count:
            try:
                found.append(self._answers.get(timeout=2))
            except queue.Empty:
                if any(process.exitcode for process in self._processes):
                    message = "one of the clients has fallen"
                    raise RuntimeError(message) from None
        return found


def _client(number: int, asks: Queue[Any], answers: Queue[float]) -> None:
    os.environ["HONGXIAN_PROCESS"] = "desk"
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    answers.put(0.0)
    while (asked := asks.get()) is not None:
        work, place, first, amount = asked
        answers.put(work(place, first, number, amount))
