"""A city's monthly reshuffle: how long it takes, and what claims keep of their speed while it runs."""

from __future__ import annotations

import statistics
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bench import _home, _plant, _shape
from bench._clients import Clients

if TYPE_CHECKING:
    import argparse

    from psycopg import Connection

ROUND = 2  # seconds


def main() -> int:
    made = _shape.parser("reshuffle", __doc__, rows=200_000, rounds=4, quick_rows=16_000)  # a city has a million
    made.add_argument("--clients", type=int, help="consultants who claim meanwhile (4)")
    asked = _shape.parse(made)
    asked.clients = asked.clients or (2 if asked.quick else 4)
    with _home.prepared():
        return _bench(asked)


def _bench(asked: argparse.Namespace) -> int:
    from hongxian.cli import company, roles

    with company.site().connect(roles.OWNER) as owner, Clients(asked.clients) as clients:
        place = _plant.fill(owner, rows=asked.rows)
        _as_city(owner, place)
        alone = [each for _ in range(asked.rounds) for each in _round(owner, place, clients)][
            asked.clients :
        ]  # the first round warms up
        during: list[tuple[float, float]] = []
        done = threading.Event()
        claiming = threading.Thread(target=_claim_on, args=(owner, place, clients, during, done))
        claiming.start()
        seconds, batches, longest = _reshuffle(place)
        done.set()
        claiming.join()
        after = [each for _ in range(2) for each in _round(owner, place, clients)]
        row: Any = owner.execute(
            "SELECT walked, moved, regraded, left_out FROM pools_reshuffle WHERE city_id = %s", (place.city_id,)
        ).fetchone()
    rate, slow = _rate(alone, asked.clients), _rate(during, asked.clients)
    print(
        f"reshuffled {row[0]:,} in {seconds:,.1f} s ({row[0] / seconds:,.0f}/s), {batches} batches, the longest {longest * 1000:,.0f} ms"
    )
    print(f"claims/s: alone {rate:,.0f}, during {slow:,.0f}, after {_rate(after, asked.clients):,.0f}")
    print(f"slowest claim: alone {_slowest(alone):,.0f} ms, during {_slowest(during):,.0f} ms")
    measure = _shape.Measure("claims during a reshuffle", lambda: 0.0, lambda: 0.0, products=[slow], bares=[rate])
    _shape.tell(
        "reshuffle", asked, [measure],
        seconds=round(seconds, 1),
        members_per_second=round(row[0] / seconds),
        a_million_in_minutes=round(1_000_000 / (row[0] / seconds) / 60, 1),
        longest_batch_ms=round(longest * 1000),
        slowest_claim_ms={"alone": round(_slowest(alone)), "during": round(_slowest(during))},
        walked=row[0], moved=row[1], regraded=row[2], left_out=row[3],
        clients=asked.clients,
    )  # fmt: skip
    return 0


def _as_city(owner: Connection[Any], place: _plant.Place) -> None:
    """The pool becomes the city's; nine of ten members have agreed to be graded, registered over two years."""
    from hongxian.consent.purposes import catalogue

    print("receipts …", file=sys.stderr)
    owner.execute("UPDATE pools_pool SET kind = 'city', store_id = NULL WHERE id = %s", (place.pool_id,))
    owner.execute(
        "UPDATE members_member SET registered_on = current_date - (id %% 730)::int, contacts = CASE WHEN id %% 500 = 0 THEN 24 ELSE 0 END,"
        " intends = id %% 3 = 0 WHERE city_id = %s",
        (place.city_id,),
    )
    owner.execute(
        "INSERT INTO consent_receipt (city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at)"
        " SELECT city_id, id, 'pool.grading', current_date - 20, current_date + 400, 'signature', %s, 'bench', now()"
        "   FROM members_member WHERE city_id = %s AND id %% 10 <> 0",
        (catalogue().purposes["pool.grading"].notice_hash, place.city_id),
    )
    owner.execute("VACUUM ANALYZE members_member, consent_receipt")


def _reshuffle(place: _plant.Place) -> tuple[float, int, float]:
    from hongxian.kernel.actor import Actor
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.pools import reshuffling

    by = Actor.system("reshuffle", city_id=place.city_id)
    early = datetime.now(COMPANY_ZONE).replace(day=reshuffling.LAST_DAY)  # any day of this month may be measured
    assert reshuffling.begin_month(by=by, city_id=place.city_id, now=early)
    begun, batches, longest = time.perf_counter(), 0, 0.0
    while True:
        at = time.perf_counter()
        more = reshuffling.step(by=by, city_id=place.city_id, now=datetime.now(UTC))
        longest = max(longest, time.perf_counter() - at)
        batches += 1
        if not more:
            return time.perf_counter() - begun, batches, longest


def _claim_on(owner: Connection[Any], place: _plant.Place, clients: Clients, found: list[Any], done: threading.Event) -> None:
    while not done.is_set():
        found += _round(owner, place, clients)


def _round(owner: Connection[Any], place: _plant.Place, clients: Clients) -> list[Any]:
    first = _plant.new_staff(owner, place, clients.count)
    owner.execute(
        "INSERT INTO pools_quota (city_id, staff_id, day, kind, cap, used, rank_floor)"
        " SELECT city_id, staff_id, day, 'city', cap, 0, 0 FROM pools_quota WHERE city_id = %s AND staff_id >= %s AND kind = 'store'",
        (place.city_id, first),
    )
    return clients.run(_claim_timed, place, first, ROUND)


def _claim_timed(place: _plant.Place, first: int, number: int, seconds: int) -> Any:
    """Claims one at a time; how many a second, and how long the slowest took."""
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.pools import claiming
    from hongxian.pools.filtering import EVERYBODY

    by, done, slowest = _plant.actor_of(place, first + number), 0, 0.0
    begun = time.perf_counter()
    while (at := time.perf_counter()) - begun < seconds:
        done += len(claiming.claim_next(by=by, pool_id=place.pool_id, n=1, filters=EVERYBODY, now=datetime.now(COMPANY_ZONE)))
        slowest = max(slowest, time.perf_counter() - at)
    return done / (at - begun), slowest


def _rate(rounds: list[Any], clients: int) -> float:
    return float(statistics.mean(rate for rate, _slowest in rounds)) * clients


def _slowest(rounds: list[Any]) -> float:
    return float(max(slowest for _rate, slowest in rounds)) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
