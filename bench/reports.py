"""A store's month and the company's out of 10 million calls' roll-ups: the reports, and the same sums in bare SQL."""

from __future__ import annotations

import random
import statistics
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bench import _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from hongxian.kernel.actor import Actor
    from hongxian.reports.building import Asked

CALLS_A_DAY, DAYS, A_STORE, TEAMS, HOURS = 100, 21, 24, 4, 9
MONTH = date(2026, 5, 1)
ORG = """
WITH city AS (INSERT INTO org_city (code, name, name_en, timezone) VALUES ('zz', '测速市', 'Bench City', 'Asia/Shanghai') RETURNING id),
     store AS (INSERT INTO org_store (city_id, code, name, name_en, franchise, active)
               SELECT city.id, 'zz' || n, '测速店 ' || n, 'Bench ' || n, false, true FROM city, generate_series(1, %(stores)s) AS n RETURNING id, city_id, name),
     team AS (INSERT INTO org_team (store_id, name) SELECT store.id, n || '组' FROM store, generate_series(1, %(teams)s) AS n RETURNING id, store_id)
INSERT INTO org_staff (employee_no, name, alias, role, city_id, store_id, team_id, tier, active, joined_on)
SELECT 'B' || team.id || '-' || n, '测', '测老师', 'consultant', store.city_id, team.store_id, team.id, 'X', true, '2026-01-01'
  FROM team JOIN store ON store.id = team.store_id, generate_series(1, %(people)s) AS n
"""
# One day row and nine hour rows for each consultant's working day, as filing a hundred calls leaves them.
TALLIES = """
INSERT INTO outreach_tally (city_id, staff_id, span, begins, store_id, team_id, calls, connects, no_answers, interested, visits, refusals,
                            placed, talked, talk_seconds)
SELECT staff.city_id, staff.id, span.name, (%(month)s::date + day.n + interval '9 hours' * (span.name = 'hour')::int + interval '1 hour' * span.h)
         AT TIME ZONE 'Asia/Shanghai', staff.store_id, staff.team_id,
       span.calls, span.calls * 4 / 10, span.calls / 2, span.calls / 20, span.calls / 30, (staff.id + day.n) %% 3, span.calls,
       span.calls * 4 / 10, span.calls * 40
  FROM org_staff AS staff
 CROSS JOIN generate_series(0, %(days)s - 1) AS day (n)
 CROSS JOIN (SELECT 'day' AS name, 0 AS h, %(calls)s AS calls UNION ALL
             SELECT 'hour', h, %(calls)s / %(hours)s FROM generate_series(0, %(hours)s - 1) AS h) AS span
 WHERE staff.alias = '测老师'
"""
TEXTS = """
INSERT INTO outreach_texttally (city_id, staff_id, version_id, how, span, begins, store_id, team_id, handed, parts, delivered, failed, unknown,
                                dropped, opted_out)
SELECT staff.city_id, staff.id, 1, how.name, span.name, (%(month)s::date + day.n + interval '10 hours' * (span.name = 'hour')::int)
         AT TIME ZONE 'Asia/Shanghai', staff.store_id, staff.team_id, 20, 24, 18, 1, 1, 1, 0
  FROM org_staff AS staff
 CROSS JOIN generate_series(0, %(days)s - 1) AS day (n)
 CROSS JOIN (VALUES ('hand'), ('automatic')) AS how (name)
 CROSS JOIN (VALUES ('day'), ('hour')) AS span (name)
 WHERE staff.alias = '测老师'
"""
QUOTAS = """
INSERT INTO pools_quota (city_id, staff_id, day, kind, cap, used, rank_floor)
SELECT staff.city_id, staff.id, %(month)s::date + day.n, kind.name, 70, 15, 0
  FROM org_staff AS staff
 CROSS JOIN generate_series(0, %(days)s - 1) AS day (n)
 CROSS JOIN (VALUES ('store'), ('city')) AS kind (name)
 WHERE staff.alias = '测老师'
"""
BARE = """
SELECT sum(calls), sum(connects), sum(talk_seconds), sum(interested), sum(visits), sum(refusals) FROM outreach_tally
 WHERE city_id = %s AND store_id = %s AND span = 'day' AND begins >= %s AND begins < %s
"""
BARE_COMPANY = """
SELECT store_id, sum(calls), sum(connects), sum(talk_seconds), sum(interested), sum(visits), sum(refusals) FROM outreach_tally
 WHERE city_id = %s AND span = 'day' AND begins >= %s AND begins < %s GROUP BY store_id
"""
CALLS = "SELECT sum(calls) FROM outreach_tally WHERE span = 'day'"


def main() -> int:
    made = _shape.parser("reports", __doc__, rows=10_000_000, quick_rows=200_000)
    made.add_argument("--times", type=int, help="reports of either kind and round (20)")
    asked = _shape.parse(made)
    asked.times = asked.times or (5 if asked.quick else 20)
    return _shape.run("reports", asked, _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from hongxian.cli import company, roles
    from hongxian.kernel.clock import COMPANY_ZONE
    from hongxian.org import queries as org
    from hongxian.outreach import folding

    stores = max(1, round(asked.rows / (CALLS_A_DAY * DAYS * A_STORE)))
    print(f"filling the roll-ups of {asked.rows:,} calls, {stores} stores …", file=sys.stderr)
    given: dict[str, Any] = {"month": MONTH, "days": DAYS, "calls": CALLS_A_DAY, "hours": HOURS}
    given |= {"stores": stores, "teams": TEAMS, "people": A_STORE // TEAMS}
    with company.site().connect(roles.OWNER) as owner:
        for statement in (ORG, TALLIES, TEXTS, QUOTAS):
            owner.execute(statement, given)
        owner.execute("VACUUM ANALYZE outreach_tally, outreach_texttally, pools_quota, org_staff, org_store, org_team")
        ((calls,),) = owner.execute(CALLS).fetchall()
        ((rows,),) = owner.execute("SELECT count(*) FROM outreach_tally").fetchall()
        places = owner.execute("SELECT id, city_id FROM org_store WHERE name_en LIKE 'Bench %%'").fetchall()
        before = _measures(asked.times, places, "month not folded yet: ")
        _shape.in_turn(before, 1)
        begun = time.perf_counter()
        # The days are over: the worker has added them up, as it does every hour.
        cities, later = org.cities(), datetime(2026, 6, 10, tzinfo=COMPANY_ZONE)
        folded = sum(folding.fold(city_id=city.city_id, now=later, most=60) for city in cities)
        spent = time.perf_counter() - begun
        owner.execute("VACUUM ANALYZE outreach_daysum")
        more = {"calls": int(str(calls)), "rollup_rows": rows, "fold_a_day_ms": round(spent / folded * 1000, 1)}
        more |= {f"unfolded_{_key(measure)}": round(statistics.median(measure.products), 1) for measure in before}
        measures = _measures(asked.times, places, "")
        late = lambda: {_key(measure): round(statistics.median(measure.products), 2) for measure in measures}  # noqa: E731
        yield _shape.Told(measures, more, late)


def _key(measure: _shape.Measure) -> str:
    return measure.name.rpartition(": ")[2].replace(" ", "_").replace("'", "").replace(",", "") + "_ms"


def _measures(times: int, stores: list[Any], what: str) -> list[_shape.Measure]:
    from django.db import connection

    from hongxian.kernel.clock import start_of
    from hongxian.outreach import summing
    from hongxian.reports import building

    begins, ends = start_of(MONTH), start_of(MONTH + timedelta(days=31))
    luck = random.Random(1)

    def bare(text: str, *more: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(text, [stores[0][1], *more, begins, ends])
            cursor.fetchall()

    def bare_store() -> None:
        bare(BARE, luck.choice(stores)[0])

    def statement() -> None:
        store_id, city_id = luck.choice(stores)
        place = {"city_ids": [city_id], "store_id": store_id, "team_id": None, "staff_id": None}
        summing.calls(**place, unit="none", step="none", begins=begins, ends=ends)

    def report(versus: str) -> None:
        store_id, city_id = luck.choice(stores)
        by = _manager(city_id, store_id)
        building.report(by=by, asked=_asked(by, "consultant", versus))

    def company() -> None:
        by = _manager(0, None)
        building.report(by=by, asked=_asked(by, "store", ""))

    def measure(
        name: str, work: Callable[[], None], beside: Callable[[], None], share: int, at_most: float | None
    ) -> _shape.Measure:
        often = max(2, times // share)
        return _shape.Measure(
            what + name, partial(_shape.median_ms, work, often), partial(_shape.median_ms, beside, often),
            unit=_shape.MS, at_most=at_most,
        )  # fmt: skip

    return [
        measure("calls of a store-month", statement, bare_store, 1, None),
        measure("report of a store-month", partial(report, ""), bare_store, 1, 50),
        measure("the same two months compared", partial(report, "before"), bare_store, 1, None),
        measure("report of the company's month", company, partial(bare, BARE_COMPANY), 10, 200),
    ]


def _manager(city_id: int, store_id: int | None) -> Actor:
    from hongxian.kernel.actor import Actor
    from hongxian.kernel.permissions import Role

    role = Role.OPERATIONS if store_id is None else Role.STORE_MANAGER
    return Actor(staff_id=1, role=role, city_id=city_id, store_id=store_id, trained=True, agreement_live=True)


def _asked(by: Actor, unit: str, versus: str) -> Asked:
    from hongxian.reports import building, periods, scopes

    period = periods.of(MONTH, date(2026, 5, 31))
    return building.Asked(scope=scopes.own(by), period=period, step="day", unit=unit, versus=versus)


if __name__ == "__main__":
    sys.exit(main())
