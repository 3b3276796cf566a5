"""Traces written a second by so many desks, one a statement, against the same INSERT in bare pgbench."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bench import _bare, _shape
from bench._plant import Place

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

PLANT = """
INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome)
SELECT 9000, now(), g %% 500, 'consultant', 3, 'desk', 'member.view', 'outreach.call', 'claim', ARRAY[(g * 7919) %% 200000 + 1],
       ARRAY['alias', 'district'], 'allowed' FROM generate_series(%(begin)s::bigint, %(end)s::bigint) AS g
"""
SCRIPT = """
\\set member random(1, 200000)
INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome, reason, permit_id)
VALUES (9000, now(), :client_id, 'consultant', 1, 'desk', 'member.view', 'outreach.call', 'claim', ARRAY[:member]::bigint[],
        ARRAY['alias', 'district'], 'allowed', '', NULL) RETURNING city_id, at, id;
"""


def main() -> int:
    made = _shape.parser("traces", __doc__, rows=1_000_000)
    made.add_argument("--clients", type=int, help="desks at once (8)")
    made.add_argument("--seconds", type=float, default=1, help="length of a round (1)")
    asked = _shape.parse(made)
    asked.clients = asked.clients or (4 if asked.quick else 8)
    return _shape.run("traces", asked, _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from bench._clients import Clients
    from hongxian.cli import company, roles

    print(f"writing {asked.rows:,} traces …", file=sys.stderr)
    with company.site().connect(roles.OWNER) as owner, Clients(asked.clients) as clients:
        for begin in range(0, asked.rows, 1_000_000):
            owner.execute(PLANT.encode(), {"begin": begin + 1, "end": min(begin + 1_000_000, asked.rows)})
        owner.execute("VACUUM ANALYZE audit_trace")
        nowhere = Place(9000, 1, 0, "")

        def product() -> float:
            return sum(clients.run(_write, nowhere, 0, asked.seconds))

        bare = partial(_bare.pgbench, SCRIPT, clients=asked.clients, seconds=asked.seconds)
        yield _shape.Told([_shape.Measure("traces", product, bare, aim=0.5)], {"clients": asked.clients})


def _write(place: Place, _first: int, number: int, seconds: float) -> float:
    """In a process of its own: a trace for each look, as the member's page writes it."""
    from hongxian.audit import recording
    from hongxian.kernel.actor import Actor
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.kernel.permissions import Role

    by = Actor(staff_id=number + 1, role=Role.CONSULTANT, city_id=place.city_id, store_id=1, trained=True, agreement_live=True)
    begun, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < seconds:
        recording.record(
            by=by, action="member.view", purpose="outreach.call", ground="claim", member_ids=[done % 200_000 + 1],
            fields=["alias", "district"], now=datetime.now(COMPANY_ZONE),
        )  # fmt: skip
        done += 1
    return done / spent


if __name__ == "__main__":
    sys.exit(main())
