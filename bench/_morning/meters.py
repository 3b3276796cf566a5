"""What is measured: processor time of each process, rows, bytes and write-ahead log of the database, and how long answers take."""

from __future__ import annotations

import math
import os
import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil  # type: ignore[import-untyped]

from tests.owner import owner, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

# Rows that only ever come: what a morning leaves behind for years.
KEPT = (
    "audit_trace", "audit_leaf", "audit_node", "audit_person", "vault_opened", "vault_permit", "outreach_placedcall", "outreach_call",
    "outreach_message", "outreach_report", "pools_ledger", "consent_suppression",
)  # fmt: skip
STOCK = ("members_member", "members_number", "consent_receipt", "vault_envelope", "vault_datakey", "pools_entry")
HELD = (
    "pools_holding",
    "vault_ground",
    "pools_former",
    "pools_quota",
    "pools_hand",
    "pools_hint",
    "outreach_tally",
    "outreach_texttally",
)


class Processor:
    """Seconds of processor time that each process of the company has had, with all its children, those that are gone among them."""

    def __init__(self, processes: dict[str, int]) -> None:
        self._roots = {name: psutil.Process(number) for name, number in processes.items()}

    @classmethod
    def of(cls, processes: dict[str, int]) -> Processor:
        """Of these, this process as `client`, and the database when it is on this machine."""
        server = psutil.Process(rows("SELECT pg_backend_pid()")[0][0]).parent()
        assert server is not None, "the database is not on this machine"
        return cls({**processes, "database": server.pid, "client": os.getpid()})

    def read(self) -> dict[str, float]:
        """Seconds until now. What a child had that has ended is in its parent's, once the parent has asked for it."""
        return {name: _seconds(root, deep=name != "client") for name, root in self._roots.items()}

    def memory(self) -> dict[str, float]:
        """Megabytes that are each process's own, shared ones counted by their share."""
        found = {}
        for name, root in self._roots.items():
            family = [root, *(root.children(recursive=True) if name != "client" else [])]
            total = 0
            for each in family:
                with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += each.memory_full_info().pss
            found[name] = total / 1e6
        return found


def _seconds(root: psutil.Process, *, deep: bool) -> float:
    total = 0.0
    for each in [root, *(root.children(recursive=True) if deep else [])]:
        with suppress(psutil.NoSuchProcess):
            used = each.cpu_times()
            total += used.user + used.system + (used.children_user + used.children_system if deep else 0.0)
    return total


@dataclass(frozen=True, slots=True)
class Reading:
    """How things stood at a moment."""

    at: float
    processor: dict[str, float]
    wal: int
    images: int
    rows: dict[str, int]

    def since(self, earlier: Reading) -> Reading:
        """What has come since then; `at` is how long it took."""
        return Reading(
            self.at - earlier.at,
            {name: used - earlier.processor[name] for name, used in self.processor.items()},
            self.wal - earlier.wal,
            self.images - earlier.images,
            {name: count - earlier.rows[name] for name, count in self.rows.items()},
        )


def read(processor: Processor, *, opening: bool = False) -> Reading:
    """The counting itself costs the database something: it lies before what is measured, or after it."""
    used = {} if opening else processor.read()
    at = time.perf_counter()
    wal, images = rows("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn, (SELECT wal_fpi FROM pg_stat_wal)")[0]
    counts = {table: int(rows(f"SELECT count(*) FROM {table}")[0][0]) for table in KEPT}
    if opening:
        at, used = time.perf_counter(), processor.read()
    return Reading(at, used, int(wal), int(images), counts)


def connections() -> dict[str, int]:
    """Connections of each kind of process to the database."""
    found = rows(
        "SELECT substr(application_name, 10), count(*) FROM pg_stat_activity WHERE application_name LIKE 'hongxian-%%'"
        " AND pid <> pg_backend_pid() GROUP BY 1"
    )
    return {str(name): int(count) for name, count in found}


def weights(tables: tuple[str, ...]) -> dict[str, tuple[int, float]]:
    """Rows of each table and bytes a row, with its indexes and what lies out of line; of partitioned ones the parts in use."""
    owner().execute(b"ANALYZE")
    found = {}
    for table in tables:
        count = int(rows(f"SELECT count(*) FROM {table}")[0][0])
        size = int(
            rows(
                "SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::bigint FROM pg_partition_tree(%(table)s::regclass)"
                " WHERE isleaf AND pg_relation_size(relid) > 0",
                table=table,
            )[0][0]
            or rows("SELECT pg_total_relation_size(%(table)s::regclass)", table=table)[0][0]
        )
        found[table] = (count, size / count if count else 0.0)
    return found


def settled(*, patience: float = 120.0) -> float:
    """Waits until nothing is under way any more: texts, calls, answers, the log; how long that took."""
    query = """
    SELECT (SELECT count(*) FROM outreach_message WHERE state IN ('waiting', 'handing')) AS texts,
           (SELECT count(*) FROM outreach_placedcall WHERE ended_at IS NULL OR nine_at IS NOT NULL AND refused_at IS NULL) AS calls,
           (SELECT count(*) FROM outreach_arrived WHERE done_at IS NULL) AS arrived,
           (SELECT count(*) FROM audit_trace AS trace WHERE trace.id > (SELECT low FROM audit_head)) AS unsealed
    """
    begun = time.perf_counter()
    while time.perf_counter() - begun < patience:
        if not any(rows(query)[0]):
            return time.perf_counter() - begun
        time.sleep(0.5)  # asking costs the database something, too
    print(f"not settled after {patience:.0f} s: {rows(query)[0]} texts, calls, arrivals, traces wait")
    return patience


@dataclass(slots=True)
class Clockwork:
    """How long each action took, and what failed; consultants on many threads write into it."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def timed(self, action: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        seconds = time.perf_counter() - begun
        with self._lock:
            self.took[action].append(seconds)

    def fail(self, action: str, why: str) -> None:
        with self._lock:
            self.failed[action].append(why)

    def counts(self) -> dict[str, int]:
        return {action: len(took) for action, took in self.took.items()}

    def percentiles(self) -> dict[str, tuple[float, float, float]]:
        """Milliseconds: 50, 95 and 99 of a hundred are not slower."""
        return {action: (_of(took, 50), _of(took, 95), _of(took, 99)) for action, took in sorted(self.took.items())}


def _of(took: list[float], share: int) -> float:
    return sorted(took)[max(0, math.ceil(len(took) * share / 100) - 1)] * 1000
