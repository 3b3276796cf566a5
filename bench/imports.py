"""A store's workbook brought in, reading to report, against raw COPY of as many sealed people into the same tables: rows a second."""

from __future__ import annotations

import random
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from bench import _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from psycopg import Connection

    from tests.world import Store

TABLES = {
    "members_member": "city_id, id, person_id, state, number_hashes, store_id, origin, source, created_at, sex, birth_year, height_cm,"
    " education, income_band, marital, housing, car, home_city, district, occupation, intends, has_criteria, grade, grade_score,"
    " grade_inputs, profiling_off, contact_until, contacts",
    "members_number": "number_hash, city_id, member_id",
    "vault_envelope": "city_id, id, member_id, held, sealed_at, alias, number, wechat",
    "vault_datakey": "city_id, member_id, envelope_id, kek_id, wrapped",
    "consent_receipt": "city_id, member_id, purpose, given_on, valid_until, evidence, notice_hash, origin, recorded_at",
    "pools_entry": "city_id, member_id, pool_id, rank, sex, birth_year, height_cm, education, income_band, marital, district, since",
}
PURPOSES = ("outreach.call", "outreach.sms")


@dataclass(slots=True)
class Ground:
    """Where people are brought in, and how many at once."""

    owner: Connection[Any]
    city_id: int
    store: Store
    file: int
    numbers: Iterator[int]

    def fresh(self) -> list[str]:
        """Numbers that nobody has had."""
        return [f"13800{next(self.numbers):06d}" for _ in range(self.file)]


def main() -> int:
    made = _shape.parser("imports", __doc__, rows=100_000)
    made.add_argument("--file", type=int, help="rows of a workbook (5000)")
    asked = _shape.parse(made)
    asked.file = asked.file or (500 if asked.quick else 5_000)
    return _shape.run("imports", asked, _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from django.utils import timezone

    from bench import _plant
    from hongxian.cli import company, roles
    from tests import world

    with company.running("keeper"), company.site().connect(roles.OWNER) as owner:
        _plant.fill(owner, rows=asked.rows)
        city = world.World(now=timezone.now())
        ground = Ground(owner, city.city_id, city.stores[0], asked.file, count())
        measure = _shape.Measure("import", partial(_product, ground), partial(_bare, ground), aim=0.5)
        yield _shape.Told([measure], {"file": asked.file})


def _product(ground: Ground) -> float:
    from tests.intake import books

    dice = random.Random(1)
    content = books.book(
        [
            {
                "label": f"B{number}", "name": "王小红", "sex": dice.choice("男女"), "birth": f"19{dice.randrange(75, 99)}-03-08",
                "phone": number, "wechat": f"wx{number}", "height": str(dice.randrange(155, 190)), "education": "本科",
                "marital": "未婚", **books.signed(),
            }
            for number in ground.fresh()
        ]
    )  # fmt: skip
    begun = time.perf_counter()
    worked = books.bring(ground.store, content)
    spent = time.perf_counter() - begun
    assert worked.summary.accepted == ground.file, worked.summary
    return ground.file / spent


def _bare(ground: Ground) -> float:
    """Nothing is read, cleaned, compared or traced: number hashes, sealing, and six COPYs in one transaction."""
    people = ground.fresh()
    begun = time.perf_counter()
    rows = _rows(ground, people)
    with ground.owner.transaction(), ground.owner.cursor() as cursor:
        for table, columns in TABLES.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN".encode()) as copy:
                for row in rows[table]:
                    copy.write_row(row)
    return ground.file / (time.perf_counter() - begun)


def _rows(ground: Ground, people: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    from django.conf import settings
    from django.utils import timezone

    from hongxian.consent.purposes import catalogue
    from hongxian.vault.sealing import Sealer
    from tests.cast import private_keys

    now, sealer, private, city_id = timezone.now(), Sealer(settings.HOME.keys), private_keys(), ground.city_id
    ids = _reserve(ground, "members_member_id_seq")
    envelopes = _reserve(ground, "vault_envelope_id_seq")
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}
    for member_id, envelope_id, national in zip(ids, envelopes, people, strict=True):
        number = f"+86{national}"
        [number_hash, *_older] = private.hash_number(number)
        key = sealer.seal(member_id, {"alias": "王女士", "number": number, "wechat": f"wx{national}"})
        rows["members_member"].append(
            (city_id, member_id, member_id, "live", [number_hash], ground.store.store_id, f"bare {national}", "", now, "female", 1990, 165,
             "bachelor", "", "never", "", "", "", "", "", False, False, "C", 50, "{}", False, now.date() + timedelta(days=700), 0)
        )  # fmt: skip
        rows["members_number"].append((number_hash, city_id, member_id))
        fields = key.fields
        rows["vault_envelope"].append(
            (
                city_id,
                envelope_id,
                member_id,
                ["alias", "number", "wechat"],
                now,
                fields["alias"],
                fields["number"],
                fields["wechat"],
            )
        )
        rows["vault_datakey"].append((city_id, member_id, envelope_id, key.kek_id, key.wrapped))
        rows["consent_receipt"] += [
            (city_id, member_id, purpose, now.date(), now.date() + timedelta(days=700), "signature",
             catalogue().purposes[purpose].notice_hash, "bare", now) for purpose in PURPOSES
        ]  # fmt: skip
        rows["pools_entry"].append(
            (city_id, member_id, ground.store.pool_id, 2 << 40 | member_id, "female", 1990, 165, 5, 0, 1, "", now)
        )
    return rows


def _reserve(ground: Ground, sequence: str) -> list[int]:
    found = ground.owner.execute("SELECT nextval(%s::text::regclass) FROM generate_series(1, %s)", (sequence, ground.file))
    return [int(row[0]) for row in found]


if __name__ == "__main__":
    sys.exit(main())
