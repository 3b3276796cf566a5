"""
What the company's machines are doing, for Prometheus: the worker answers at /metrics on a loopback port of its own.

Off until HONGXIAN_METRICS_PORT is set. Counts and ages only: no member, no staff, no store is in them. Every scrape asks the
database once for each context; when that fails, `hongxian_up` says 0 and the other figures are missing, which the alerts of
docs/running/monitoring/ take for trouble.

What the keeper answered and what the gate decided are counters: they begin at nought with their process, which Prometheus knows.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, F, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from hongxian.audit import pulse as of_log
from hongxian.cli import machines
from hongxian.cli.trouble import CannotStart
from hongxian.outreach import pulse as of_contacts
from hongxian.pools import pulse as of_pools
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from types import TracebackType
    from typing import Self

log = logging.getLogger("hongxian.cli")
ADDRESS = "127.0.0.1"
HIGHEST_PORT = 65_535


def served() -> AbstractContextManager[Any]:
    """
    Answers scrapes for the length of a block, where a port is set.

    :raises CannotStart: the port is no port, or taken.
    """
    port = os.environ.get("HONGXIAN_METRICS_PORT", "")
    if not port:
        return nullcontext()
    if not port.isdecimal() or not 0 < int(port) <= HIGHEST_PORT:
        raise CannotStart(f"HONGXIAN_METRICS_PORT 不是端口号：{port}。", f"HONGXIAN_METRICS_PORT is no port: {port}.")
    return Metrics(int(port))


class Metrics:
    """The server in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._registry = CollectorRegistry()
        self._registry.register(Pulse())

    def __enter__(self) -> Self:
        try:
            self._server, self._thread = start_http_server(self._port, addr=ADDRESS, registry=self._registry)
        except OSError:
            raise CannotStart(f"端口 {self._port} 已被占用。", f"port {self._port} is taken.") from None
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class Pulse:
    """Prometheus asks it for figures at each scrape."""

    def __init__(self) -> None:
        self._snapshots = machines.Snapshots()
        self._gate = Gate()

    def describe(self) -> Iterator[Metric]:
        """Nothing beforehand: registering must not ask the database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The figures of now."""
        now = timezone.now()
        try:
            found = [
                *_of_log(now),
                *_of_contacts(now),
                *_of_jobs(now),
                *_of_server(),
                _gauge("snapshot_age_seconds", "how long scrapes have seen the oldest snapshot", self._snapshots.oldest(now=now)),
                _gauge("pool_hints_longest", "hints of one pool and grade that no round has cleared", of_pools.pulse().longest),
                self._gate.told(),
            ]
        except DatabaseError:
            log.exception("metrics could not be counted", extra={"code": "metrics_failed"})
            found = []
        finally:
            connection.close()  # each scrape has a thread of its own
        yield _gauge("up", "1 while the database answers the worker", float(bool(found)))
        yield from _of_keeper()
        yield _gauge("disk_free_bytes", "free where the home lies", float(shutil.disk_usage(settings.HOME.path).free))
        yield from found


class Gate:
    """Counts what the gate decided by its traces, a scrape behind: the newest numbers may belong to somebody who still writes."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter({"": 0})
        self._after: int | None = None
        self._until = 0

    def told(self) -> Metric:
        """Since this process began."""
        if self._after is None:
            self._after = self._until = of_log.newest_number()
        for each in of_log.gate_decisions(after=self._after, until=self._until):
            self._counts[each.reason] += each.count
        self._after, self._until = self._until, of_log.newest_number()
        family = CounterMetricFamily(
            "hongxian_gate_decisions", "permits asked for, by the reason against; yes has none", labels=["reason"]
        )
        for reason, count in sorted(self._counts.items()):
            family.add_metric([reason], count)
        return family


def _of_keeper() -> Iterator[Metric]:
    found = asking.pulse()
    yield _gauge("keeper_up", "1 while the keeper answers", float(found is not None))
    if found is None:
        return
    answers = CounterMetricFamily(
        "hongxian_keeper_answers", "what the keeper answered, by question and code", labels=["asked", "code"]
    )
    for (asked, code), count in sorted(found.answers.items()):
        answers.add_metric([asked, code], count)
    yield answers
    yield CounterMetricFamily("hongxian_keeper_seconds", "how long its answers took", value=found.seconds)


def _of_server() -> Iterator[Metric]:
    found = machines.server()
    yield _gauge("database_bytes", "size of the database, on this node", found.size)
    yield _gauge("connections", "connections to it", found.connections)
    yield _gauge("connections_most", "how many there may be", found.most_connections)
    yield _gauge("pool_dead_entries", "entries of pools that are gone and not cleared away, on this node", found.dead_entries)


def _of_log(now: datetime) -> Iterator[Metric]:
    found = of_log.pulse()
    if found is None:
        return
    yield _gauge("log_rows", "rows in the sealed log", found.size)
    yield _gauge("log_unsealed_rows", "traces that wait for their leaf", found.waiting)
    yield _gauge("log_unsealed_age_seconds", "how long the oldest of them waits", _age(found.waiting_since, now))
    yield _gauge("log_checkpoint_age_seconds", "since the log was signed last", _age(found.signed_at, now))


def _of_contacts(now: datetime) -> Iterator[Metric]:
    found = of_contacts.pulse(now=now)
    yield _gauge("texts_waiting", "texts whose turn has not come; at night they wait for the morning", found.waiting)
    yield _gauge("texts_waiting_age_seconds", "how long the oldest of them waits", _age(found.waiting_since, now))
    yield _gauge("texts_handing", "texts that are being handed over", found.handing)
    texts = GaugeMetricFamily("hongxian_texts_day", "texts of the last 24 hours, by what came of them", labels=["state"])
    for state, count in (("handed", found.handed), ("failed", found.failed), ("unknown", found.unknown)):
        texts.add_metric([state], count)
    yield texts
    yield _gauge("arrived_waiting", "reports and answers that nobody has dealt with", found.arrived)
    yield _gauge("arrived_waiting_age_seconds", "how long the oldest of them waits", _age(found.arrived_since, now))
    yield _gauge("calls_open", "calls under way", found.calling)


def _of_jobs(now: datetime) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("hongxian_jobs", "jobs by queue and state; done ones are gone", labels=["queue", "state"])
    rows = ProcrastinateJob.objects.values("queue_name", "status").annotate(n=Count("id")).order_by("queue_name", "status")
    for row in rows:
        jobs.add_metric([row["queue_name"], row["status"]], row["n"])
    yield jobs
    ages = GaugeMetricFamily(
        "hongxian_jobs_age_seconds", "how long the oldest job of a queue waits past its time", labels=["queue"]
    )
    for row in _waiting(now):
        ages.add_metric([row["queue"]], _age(row["since"], now))
    yield ages


def _waiting(now: datetime) -> Iterable[dict[str, Any]]:
    """Queues in which a job waits whose time has come: since it was put there, or since its time."""
    due = Q(job__scheduled_at__isnull=True) | Q(job__scheduled_at__lte=now)
    waiting = ProcrastinateEvent.objects.filter(due, type="deferred", job__status="todo")
    return list(
        waiting.values(queue=F("job__queue_name")).annotate(since=Min(Coalesce("job__scheduled_at", "at"))).order_by("queue")
    )


def _gauge(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"hongxian_{name}", what, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
