"""Claims per second through the product's own function, against the identical writes in bare pgbench."""

from __future__ import annotations

import os
import statistics
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import _bare, _home, _shape
from bench._clients import Clients
from bench._plant import Place, actor_of, fill, new_staff

if TYPE_CHECKING:
    import argparse

    from psycopg import Connection

SLICE = 50_000
SMALL = 100_000  # the pool that a large one is compared with
SCRIPT = Path(__file__).with_suffix(".sql")


@dataclass(slots=True)
class Bench:
    """Who claims where, and the rounds of either kind."""

    owner: Connection[Any]
    clients: Clients
    seconds: float
    told: list[_shape.Measure] = field(default_factory=list)

    def measure(self, name: str, place: Place, n: int, *, aim: float | None = None) -> _shape.Measure:
        return _shape.Measure(name, partial(self.product, place, n), partial(self.bare, place, n), aim=aim)

    def product(self, place: Place, n: int) -> float:
        """Presses a second, of `n` members each."""
        return sum(self.clients.run(_claim_for, place, new_staff(self.owner, place, self.clients.count), (self.seconds, n))) / n

    def bare(self, place: Place, n: int) -> float:
        text = SCRIPT.read_text(encoding="utf-8").replace(":how_many", str(n))
        # Constants stand in the text: pgbench's own prepared parameters would arrive untyped.
        for name in ("city_id", "store_id", "pool_id", "day"):
            text = text.replace(f":{name}", str(getattr(place, name)))
        text = text.replace(":first_staff", str(new_staff(self.owner, place, self.clients.count)))
        return _bare.pgbench(text, clients=self.clients.count, seconds=self.seconds)

    def rounds(self, what: str, measures: list[_shape.Measure], rounds: int) -> None:
        print(what)
        _shape.in_turn(measures, rounds)
        _shape.table(measures)
        self.told += measures


def main() -> int:
    asked = _arguments()
    if asked.keep:
        os.environ["HONGXIAN_HOME"] = str(asked.keep)
    with _home.prepared():
        return _bench(asked)


def _arguments() -> argparse.Namespace:
    made = _shape.parser("claims", __doc__, rows=200_000, quick_rows=60_000)
    made.add_argument("--seconds", type=float, help="length of a round (2)")
    made.add_argument("--clients", type=int, help="consultants at once (8)")
    made.add_argument("--churn", type=int, help="claims and returns before the second figure (30000)")
    made.add_argument("--full", action="store_true", help="500,000 claims and returns; takes some minutes")
    made.add_argument("--keep", type=Path, help="a home to use and keep, instead of a temporary one")
    asked = _shape.parse(made)
    asked.seconds = asked.seconds or (1 if asked.quick else 2)
    asked.clients = asked.clients or (4 if asked.quick else 8)
    if asked.churn is None:
        asked.churn = 500_000 if asked.full else 800 if asked.quick else 30_000
    return asked


def _bench(asked: argparse.Namespace) -> int:
    from hongxian.cli import company, roles

    with company.site().connect(roles.OWNER) as owner, Clients(asked.clients) as clients:
        bench = Bench(owner, clients, asked.seconds)
        place = fill(owner, rows=asked.rows)
        # Twenty at a time empty a pool; they have one of their own.
        wide = fill(owner, rows=SMALL if asked.quick else 3 * SMALL)
        one, twenty = bench.measure("claim_1", place, 1, aim=0.6), bench.measure("claim_20", wide, 20, aim=0.8)
        measures = [one, twenty]
        if asked.rows > SMALL:  # in the same rounds, so that only the size differs
            measures.append(bench.measure("claim_1_of_100k", fill(owner, rows=SMALL), 1))
        bench.rounds("fresh", measures, asked.rounds)
        _churn(owner, place, clients, asked.churn)
        few = 1 if asked.quick else max(2, asked.rounds // 2)
        churned = bench.measure("claim_1_after_churn", place, 1)
        bench.rounds(f"after {asked.churn:,} claims and returns", [churned], few)
        snapshot = bench.measure("claim_1_open_snapshot", place, 1)
        many = 400 if asked.quick else 50_000
        with company.site().connect(roles.OWNER) as reader:
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM pools_entry")
            _take(owner, place, clients, many)
            bench.rounds(f"a snapshot held open through {many:,} claims", [snapshot], few)
            reader.execute("ROLLBACK")
    product, bare = statistics.median(one.products), statistics.median(one.bares)
    small = statistics.median(measures[2].products) if len(measures) > 2 else product
    _shape.tell(
        "claims", asked, bench.told,
        ratio_claim_20=twenty.ratio,
        ratio_against_100k=round(product / small, 3),
        ratio_churned_against_100k=round(statistics.median(churned.products) / small, 3),
        ratio_after_churn=round(statistics.median(churned.products) / product, 3),
        ratio_open_snapshot=round(statistics.median(snapshot.products) / product, 3),
        bare_after_churn=round(statistics.median(churned.bares) / bare, 3),
        bare_open_snapshot=round(statistics.median(snapshot.bares) / bare, 3),
        claims_per_second=round(product),
        bare_per_second=round(bare),
        clients=asked.clients,
        churn=asked.churn,
    )  # fmt: skip
    return 0


def _churn(owner: Connection[Any], place: Place, clients: Clients, n: int) -> None:
    """
    The best are taken and given back again and again. After each slice the waits before reclaiming are over, as the
    worker would clear them: in truth a member changes hands a few times a month, not hundreds of times.
    """
    print(f"{n:,} claims and returns …", file=sys.stderr)
    for begun in range(0, n, SLICE):
        turns = -(-min(SLICE, n - begun) // clients.count // 50)  # of fifty
        clients.run(_claim_and_return, place, new_staff(owner, place, clients.count * turns), turns)
        owner.execute("DELETE FROM pools_former WHERE city_id = %s", (place.city_id,))
    _settle(owner)


def _settle(owner: Connection[Any]) -> None:
    """What autovacuum does within seconds; so many claims in so few of them would outrun it."""
    owner.execute("ANALYZE pools_entry, pools_holding, pools_former, pools_hint, pools_quota, pools_hand, vault_ground")


def _take(owner: Connection[Any], place: Place, clients: Clients, n: int) -> None:
    print(f"{n:,} claims under an open snapshot …", file=sys.stderr)
    clients.run(_take_many, place, new_staff(owner, place, clients.count), -(-n // clients.count // 10))
    _settle(owner)


def _claim_for(place: Place, first: int, number: int, amount: tuple[float, int]) -> float:
    """Claims of so many at a time; how many members a second."""
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.pools import claiming
    from hongxian.pools.filtering import EVERYBODY

    seconds, n = amount
    by, done = actor_of(place, first + number), 0
    begun = time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        done += len(claiming.claim_next(by=by, pool_id=place.pool_id, n=n, filters=EVERYBODY, now=datetime.now(COMPANY_ZONE)))
    return done / (now - begun)


def _claim_and_return(place: Place, first: int, number: int, turns: int) -> float:
    """Claims fifty and gives them back; each turn as somebody of another team, or the wait before reclaiming would bite."""
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.pools import claiming, releasing
    from hongxian.pools.filtering import EVERYBODY

    for turn in range(turns):
        by = actor_of(place, first + number * turns + turn)
        now = datetime.now(COMPANY_ZONE)
        got = claiming.claim_next(by=by, pool_id=place.pool_id, n=50, filters=EVERYBODY, now=now)
        releasing.release(
            by=by, city_id=place.city_id, member_ids=[each.member_id for each in got], reason="no_match",
            now=now + timedelta(seconds=1),
        )  # fmt: skip
    return turns


def _take_many(place: Place, first: int, number: int, turns: int) -> float:
    """Claims ten at a time."""
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.pools import claiming
    from hongxian.pools.filtering import EVERYBODY

    by = actor_of(place, first + number)
    for _ in range(turns):
        claiming.claim_next(by=by, pool_id=place.pool_id, n=10, filters=EVERYBODY, now=datetime.now(COMPANY_ZONE))
    return turns


if __name__ == "__main__":
    raise SystemExit(main())
