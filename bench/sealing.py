"""Traces sealed per second, and what sealing costs those who write traces beside it."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench import _home, _shape

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from psycopg import Connection

CITY = 9_000
MEMBERS = 200_000
LIST = 40  # members on a page of a list

# One in ten is a list; the rest name one member each. 4.9 rows a trace.
FILL = """
INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome)
SELECT %(city)s, now(), g %% 500, 'consultant', 3, 'desk', 'member.view', 'outreach.call', 'claim',
       CASE WHEN g %% 10 = 0 THEN ARRAY(SELECT (g * 7919 + n * 104729) %% %(members)s + 1 FROM generate_series(1, %(list)s) AS n)
            ELSE ARRAY[(g * 7919) %% %(members)s + 1] END,
       ARRAY['alias', 'number', 'district', 'best_time'], 'allowed'
  FROM generate_series(%(begin)s::bigint, %(end)s::bigint) AS g
"""


def main() -> int:
    made = _shape.parser("sealing", __doc__, rows=1_000_000, quick_rows=3_000)
    made.add_argument("--traces", type=int, dest="rows", help="the same as --rows: traces to seal")
    made.add_argument("--seconds", type=int, help="length of a round of writing (4)")
    made.add_argument("--clients", type=int, help="writers at once (4)")
    made.add_argument(
        "--rate", type=int, default=200, help="traces a second that each writer aims at; 0: as fast as it can (200)"
    )
    asked = _shape.parse(made)
    asked.seconds = asked.seconds or (1 if asked.quick else 4)
    asked.clients = asked.clients or (2 if asked.quick else 4)
    with _home.prepared():
        return _bench(asked)


def _bench(asked: argparse.Namespace) -> int:
    from django.conf import settings

    from hongxian.audit import checkpoints, exporting, sealing, verifying
    from hongxian.cli import company, roles
    from hongxian.cli.sealer import signing_keys

    with company.site().connect(roles.OWNER) as owner, company.site().connect("auditor") as auditor:
        _fill(owner, asked.rows)
        begun = time.perf_counter()
        sealed = sealing.seal_all(now=datetime.now(UTC))
        seconds = time.perf_counter() - begun
        print(f"{sealed.traces:,} traces as {sealed.leaves:,} rows sealed in {seconds:.1f} s")
        checkpoints.sign_if_due(private=signing_keys()[-1], now=datetime.now(UTC))
        begun = time.perf_counter()
        kept = exporting.export(keys=signing_keys(), now=datetime.now(UTC))
        text = kept.dumps()
        exported = time.perf_counter() - begun
        begun = time.perf_counter()
        report = verifying.verify(connection=auditor, keys=[], kept=exporting.loads(text), now=datetime.now(UTC))
        verified = time.perf_counter() - begun
        print(
            f"verified in {verified:.1f} s, {'sound' if report.sound else report.findings[:3]}; file {len(text) / 1e6:.1f} MB in {exported:.1f} s"
        )
        beside, alone = _beside(asked)
    measure = _shape.Measure("traces beside sealing", lambda: 0.0, lambda: 0.0, products=beside, bares=alone)
    _shape.tell(
        "sealing", asked, [measure],
        writes_per_second_beside_sealing=round(statistics.median(beside)),
        writes_per_second_alone=round(statistics.median(alone)),
        traces=sealed.traces,
        leaves=sealed.leaves,
        seconds=round(seconds, 1),
        traces_per_second=round(sealed.traces / seconds),
        rows_per_second=round(sealed.leaves / seconds),
        verify_seconds=round(verified, 1),
        sound=report.sound,
        export_seconds=round(exported, 1),
        export_megabytes=round(len(text) / 1e6, 1),
        home=str(settings.HOME.path) if os.environ.get("HONGXIAN_HOME") else "",
    )  # fmt: skip
    return 0


def _fill(owner: Connection[Any], traces: int) -> None:
    print(f"writing {traces:,} traces …", file=sys.stderr)
    for begin in range(1, traces + 1, 100_000):
        about = {"city": CITY, "members": MEMBERS, "list": LIST, "begin": begin, "end": min(begin + 99_999, traces)}
        owner.execute(FILL.encode(), about)
    owner.execute("ANALYZE audit_trace")


def _beside(asked: argparse.Namespace) -> tuple[list[float], list[float]]:
    """Traces written a second, rounds with the sealer at work and without it in turn."""
    from hongxian.cli.sealer import Sealer

    beside, alone = [], []
    context = multiprocessing.get_context("spawn")
    answers: Queue[float] = context.Queue()
    asks: list[Queue[Any]] = [context.Queue() for _ in range(asked.clients)]
    writers = [
        context.Process(target=_write, args=(number, ask, answers, asked.rate), daemon=True) for number, ask in enumerate(asks)
    ]
    for writer in writers:
        writer.start()

    def one_round() -> float:
        for ask in asks:
            ask.put(asked.seconds)
        return sum(answers.get(timeout=600) for _ in asks)

    one_round()
    for _ in range(asked.rounds):
        alone.append(one_round())
        with Sealer():
            time.sleep(1.5)  # it has caught up with the round before
            beside.append(one_round())
    for ask in asks:
        ask.put(None)
    return beside, alone


def _write(number: int, asks: Queue[Any], answers: Queue[float], rate: int) -> None:
    """A process that writes traces as the desk does, one a statement."""
    os.environ["HONGXIAN_PROCESS"] = "desk"
    import django

    django.setup()
    from hongxian.audit import recording
    from hongxian.kernel.actor import Actor
    from hongxian.kernel.permissions import Role

    by = Actor(staff_id=number + 1, role=Role.CONSULTANT, city_id=CITY, store_id=1, trained=True, agreement_live=True)
    while (seconds := asks.get()) is not None:
        begun, done = time.perf_counter(), 0
        while (spent := time.perf_counter() - begun) < seconds:
            if rate and done > spent * rate:
                time.sleep(0.001)
                continue
            recording.record(
                by=by,
                action="member.view",
                purpose="outreach.call",
                ground="claim",
                member_ids=[(number * 1000 + done) % MEMBERS + 1],
                fields=["alias", "district"],
                now=datetime.now(UTC),
            )
            done += 1
        answers.put(done / seconds)


if __name__ == "__main__":
    raise SystemExit(main())
