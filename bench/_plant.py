"""What benches plant: a city with a pool of so many entries, and consultants; set-based, so that ten million are a matter of minutes."""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from psycopg import Connection

BIG = 500_000  # from here on planting is what takes the time
CAP = 32_000  # what a smallint quota holds; the benches' consultants are tireless


@dataclass(slots=True)
class Place:
    """Where the bench's claims take place."""

    city_id: int
    store_id: int
    pool_id: int
    day: str
    next_staff: int = 0


def fill(owner: Connection[Any], *, rows: int) -> Place:
    """
    A city with one store and one pool with so many entries.

    A big one is planted once in a home: benches that `bin/bench all` runs one after the other in the same home share it.
    """
    from django.conf import settings

    noted = settings.HOME.path / "planted.json"
    known: dict[str, dict[str, Any]] = json.loads(noted.read_text(encoding="utf-8")) if noted.exists() else {}
    if str(rows) in known:
        return Place(**known[str(rows)])
    place = _fill(owner, rows)
    if rows >= BIG:
        noted.write_text(json.dumps(known | {str(rows): asdict(place)}), encoding="utf-8")
    return place


def _fill(owner: Connection[Any], rows: int) -> Place:
    begun = time.perf_counter()
    print(f"filling a pool with {rows:,} entries …", file=sys.stderr)

    def one(query: str, *values: object) -> int:
        found = owner.execute(query.encode(), values).fetchone()
        assert found is not None
        return int(found[0])

    code = os.urandom(8).hex()
    city_id = one(
        "INSERT INTO org_city (code, name, name_en, timezone)"
        " SELECT a || b, '速', 'Bench', 'Asia/Shanghai' FROM unnest(string_to_array('0123456789', NULL)) AS a,"
        "        unnest(string_to_array('abcdefghijklmnopqrstuvwxyz', NULL)) AS b"
        "  WHERE NOT EXISTS (SELECT FROM org_city WHERE code = a || b) LIMIT %s RETURNING id",
        1,
    )
    store_id = one(
        "INSERT INTO org_store (city_id, code, name, name_en, franchise, active) VALUES (%s, %s, '速', 'Bench', false, true)"
        " RETURNING id",
        city_id,
        code[:8],
    )
    pool_id = one("INSERT INTO pools_pool (city_id, store_id, kind) VALUES (%s, %s, 'store') RETURNING id", city_id, store_id)
    with indexes_later(owner, ("members_member", "pools_entry"), rows):
        _people(owner, city_id, store_id, pool_id, rows)
    owner.execute("VACUUM ANALYZE pools_entry, members_member")
    from hongxian.kernel.clock import COMPANY_ZONE

    if rows >= BIG:
        print(f"  {time.perf_counter() - begun:,.0f} s", file=sys.stderr)
    return Place(city_id, store_id, pool_id, datetime.now(COMPANY_ZONE).date().isoformat())


@contextmanager
def indexes_later(owner: Connection[Any], tables: Sequence[str], rows: int) -> Iterator[None]:
    """For many rows: but for the primary keys, indexes and foreign keys are made after them, which is several times as quick."""
    if rows < BIG:
        yield
        return
    keys = owner.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY (%s::regclass[])",
        (list(tables),),
    ).fetchall()
    indexes = owner.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY (%s::regclass[])"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        (list(tables),),
    ).fetchall()
    for table, name, _text in keys:
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'.encode())
    for name, _text in indexes:
        owner.execute(f"DROP INDEX {name}".encode())
    try:
        yield
    finally:
        owner.execute("SET maintenance_work_mem = '1GB'")
        for _name, text in indexes:
            owner.execute(str(text).encode())
        for table, name, text in keys:
            owner.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}'.encode())
        owner.execute("RESET maintenance_work_mem")


def _people(owner: Connection[Any], city_id: int, store_id: int, pool_id: int, rows: int) -> None:
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


def actor_of(place: Place, staff_id: int) -> Any:
    from hongxian.kernel.actor import Actor
    from hongxian.kernel.permissions import Role

    return Actor(
        staff_id=staff_id, role=Role.CONSULTANT, city_id=place.city_id, store_id=place.store_id, team_id=staff_id, tier="X",
        trained=True, agreement_live=True,
    )  # fmt: skip
