"""A page of a pool's cards under filters, against its bare statement without a trace: the slowest of a hundred, in milliseconds."""

from __future__ import annotations

import random
import sys
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bench import _bare, _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bench._plant import Place
    from hongxian.pools.filtering import Filters

PAGE = 24


def main() -> int:
    made = _shape.parser("pool", __doc__, rows=1_000_000)
    made.add_argument("--times", type=int, help="pages a round (200)")
    asked = _shape.parse(made)
    asked.times = asked.times or (30 if asked.quick else 200)
    return _shape.run("pool", asked, _prepare)


def filters() -> dict[str, Filters]:
    """Nobody's, half of all, one in a hundred, twice one in a hundred, two that shut each other out, and a district without anybody."""
    from hongxian.pools.filtering import Filters

    return {
        "everybody": Filters(),
        "half": Filters(sex="female"),
        "one in a hundred": Filters(sex="female", born_from=1980, born_to=1980, height_from=160, height_to=173),
        "two of one in thirty": Filters(born_from=1980, born_to=1980, height_from=170, height_to=170),
        "two that meet nowhere": Filters(height_from=151, height_to=151, district="d0"),
        "nobody": Filters(district="nowhere"),
    }


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from bench import _plant
    from hongxian.cli import company, roles
    from tests.conftest import signed_in_as

    with company.site().connect(roles.OWNER) as owner:
        place = _plant.fill(owner, rows=asked.rows)
        staff_id = _plant.new_staff(owner, place, 1)
        ranks: list[int] = [int(str(row[0])) for row in owner.execute(
            "SELECT rank FROM pools_entry TABLESAMPLE SYSTEM (1) WHERE city_id = %s LIMIT 1000", (place.city_id,))]  # fmt: skip
        with signed_in_as("desk"):
            measures = [_measure(place, staff_id, name, each, ranks, asked.times) for name, each in filters().items()]
            yield _shape.Told(measures, {"figure": "p99", "page": PAGE})


def _measure(place: Place, staff_id: int, name: str, which: Filters, ranks: list[int], times: int) -> _shape.Measure:
    """First and deep pages alike: each goes on after a place of the pool that is drawn by lot."""
    from django.db import connection

    from bench import _plant
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.pools import queries

    by, luck = _plant.actor_of(place, staff_id), random.Random(3)
    text = _bare.untraced("pools", "pool_page")

    def after() -> tuple[int, int] | None:
        return (luck.choice(ranks), 0) if ranks and luck.random() < 0.5 else None

    def page() -> object:
        return queries.pool_page(
            by=by, pool_id=place.pool_id, filters=which, after=after(), size=PAGE, now=datetime.now(COMPANY_ZONE)
        )

    def bare() -> object:
        connection.ensure_connection()
        line: Any = connection.connection
        rank, member_id = after() or (-1, 0)
        given: dict[str, Any] = {
            "city_id": place.city_id,
            "store_id": place.store_id,
            "team_id": by.team_id,
            "staff_id": staff_id,
            "size": PAGE,
        }
        given |= {"pool_id": place.pool_id, "after_rank": rank, "after_member_id": member_id, "now": datetime.now(COMPANY_ZONE)}
        asked = which.parameters()
        given |= {"look": queries.LOOK // len(asked["sexes"]), **asked}
        return line.execute(text, given, prepare=True).fetchall()

    def slowest(work: Any) -> float:
        return _shape.slowest_of(_shape.each_ms(work, times), 0.99)

    return _shape.Measure(name, partial(slowest, page), partial(slowest, bare), unit=_shape.MS, at_most=20)


if __name__ == "__main__":
    sys.exit(main())
