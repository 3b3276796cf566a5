"""What one action costs when nothing else happens: each kind some times over, then everything it set off has come to rest."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench._morning import meters
from bench._morning.people import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench._morning.meters import Processor, Reading
    from bench._morning.people import Answers, Told

QUIET = 5.0  # seconds in which nobody does anything
SERVERS = ("desk", "worker", "dialer", "keeper", "database")


@dataclass(frozen=True, slots=True)
class Cost:
    """One action: milliseconds of processor time in each process, bytes of write-ahead log, rows that stay."""

    action: str
    times: int
    processor: dict[str, float]
    wal: float
    rows: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.processor[name] for name in SERVERS)


@dataclass(frozen=True, slots=True)
class Idle:
    """What a second costs in which nobody does anything."""

    processor: dict[str, float]
    wal: float


class Scales:
    """Weighs actions one kind after the other. The consultants who are weighed with work no morning afterwards."""

    def __init__(self, workers: list[Worker], answers: Answers, processor: Processor, told: Told) -> None:
        self._workers, self._answers, self._processor, self._told = workers, answers, processor, told
        self.idle = self._idle()

    def _idle(self) -> Idle:
        meters.settled()
        before = meters.read(self._processor, opening=True)
        time.sleep(QUIET)
        quiet = meters.read(self._processor).since(before)
        return Idle({name: used / quiet.at for name, used in quiet.processor.items()}, quiet.wal / quiet.at)

    def weigh(self, action: str, work: Callable[[], int]) -> Cost:
        """`work` does it some times and says how often."""
        meters.settled()
        before = meters.read(self._processor, opening=True)
        times = work()
        meters.settled()
        time.sleep(1.0)  # what follows once a second
        return self._cost(action, times, meters.read(self._processor).since(before))

    def _cost(self, action: str, times: int, used: Reading) -> Cost:
        processor = {name: (spent - self.idle.processor[name] * used.at) / times * 1000 for name, spent in used.processor.items()}
        wal = (used.wal - self.idle.wal * used.at) / times
        return Cost(action, times, processor, wal, {table: count / times for table, count in used.rows.items() if count})

    def all(self, times: int) -> list[Cost]:
        """Each kind of action. What an action takes along with it is taken off by what that was found to cost alone."""
        first, everybody = self._workers[0], self._workers

        def each(work: Callable[[Worker], object]) -> Callable[[], int]:
            return lambda: len([work(worker) for worker in everybody])

        def again(work: Callable[[], object]) -> Callable[[], int]:
            return lambda: len([work() for _ in range(times)])

        sign_in = self.weigh("sign in", each(Worker.sign_in))
        page, beside, centre, day = (
            self.weigh(action, again(work))
            for action, work in (
                ("member's page", first.page),
                ("worklist", first.beside),
                ("centre's panel", first.centre),
                ("day's page", first.day),
            )
        )
        claims = [
            _without(self.weigh(f"claim {n}", each(lambda worker, kind=kind, n=n: worker.claim(kind, n))), page, beside, centre)  # type: ignore[misc]
            for kind, n in (("store", 20), ("city", 10))
        ]
        call, state = self._call(times)
        for worker in everybody:
            if worker.refused:
                worker.next_member()
        outcome = self.weigh("outcome", each(lambda worker: worker.file("interested")))
        for worker in everybody:
            worker.next_member()
        text = self.weigh("text", each(Worker.write))
        spare = iter(self._told.texted[-len(everybody) :])
        answer = self.weigh("answer T", each(lambda _worker: self._answers.say_no(next(spare))))
        return [sign_in, day, *claims, page, beside, centre, call, state, outcome, text, answer]

    def _call(self, times: int) -> tuple[Cost, Cost]:
        """A call, and one question how it stands: from calls with few questions and one with many."""
        clock = self._workers[0].clock
        before = len(clock.took["call's state"])
        few = self.weigh("call", self._calls)
        asked = (len(clock.took["call's state"]) - before) / few.times
        self._workers[0].next_member()
        many = self.weigh("call's state", lambda: self._workers[0].call_and_ask(times))
        share = 1 / many.times  # of a call in each question
        state = _scaled(_plus(many, _scaled(few, -share)), 1 / max(0.1, 1 - asked * share))
        return _plus(few, _scaled(state, -asked)), state

    def _calls(self) -> int:
        """All at once, each asking once a second, hung up as soon as two talk."""
        threads = [threading.Thread(target=worker.call, kwargs={"watch": False}) for worker in self._workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(threads)


def _plus(one: Cost, other: Cost) -> Cost:
    return Cost(
        one.action,
        one.times,
        {name: spent + other.processor.get(name, 0.0) for name, spent in one.processor.items()},
        one.wal + other.wal,
        {table: one.rows.get(table, 0.0) + other.rows.get(table, 0.0) for table in one.rows.keys() | other.rows.keys()},
    )


def _scaled(one: Cost, by: float) -> Cost:
    rows = {table: count * by for table, count in one.rows.items()}
    return Cost(one.action, one.times, {name: spent * by for name, spent in one.processor.items()}, one.wal * by, rows)


def _without(one: Cost, *others: Cost) -> Cost:
    for other in others:
        one = _plus(one, _scaled(other, -1.0))
    return one


def warm(workers: list[Worker]) -> None:
    """Every process has been through everything once, so that what only the first pays is not weighed."""
    for worker in workers:
        worker.sign_in()
        worker.claim("city", 5)
        worker.work_on_next(text=False)
        worker.next_member()
        worker.write()


def predicted(costs: list[Cost], counts: dict[str, int], idle: Idle, seconds: float) -> dict[str, float]:
    """Seconds of processor time in each process for so many of each action, and for being there."""
    found = {name: used * seconds for name, used in idle.processor.items()}
    for cost in costs:
        for name, spent in cost.processor.items():
            found[name] += spent / 1000 * counts.get(cost.action, 0)
    return found
