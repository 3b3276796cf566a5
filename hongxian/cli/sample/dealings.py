"""Rota, reshuffles and reviews of tiers in the demo company, each in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from hongxian.kernel.clock import day_of
from hongxian.tiers import reviewing

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any, LiteralString

# Two days off in seven, from tomorrow on, going round so that a store is never empty.
_ROTA: LiteralString = """
INSERT INTO pools_duty (city_id, staff_id, day, off, set_by, set_at)
SELECT staff.city_id, staff.id, %(today)s::date + ahead, true,
       (SELECT min(manager.id) FROM org_staff AS manager WHERE manager.store_id = staff.store_id AND manager.role = 'store_manager'),
       %(now)s::timestamptz
  FROM org_staff AS staff CROSS JOIN generate_series(1, 14) AS ahead
 WHERE staff.role = 'consultant' AND staff.active AND mod(staff.id * 3 + ahead, 7) < 2
ON CONFLICT DO NOTHING
"""
_RESHUFFLES: LiteralString = """
INSERT INTO pools_reshuffle (city_id, month, run, pool_id, seed, started_at, ended_at, walked, moved, regraded, left_out)
SELECT pool.city_id, per.month::date, 1, pool.id, pool.id * 7919 + back, begun.at, begun.at + make_interval(secs => 1 + counted.n / 8000.0),
       counted.n, counted.n - counted.n / 400, counted.n / 11, counted.n / 400
  FROM pools_pool AS pool CROSS JOIN generate_series(0, 2) AS back
 CROSS JOIN LATERAL (SELECT (date_trunc('month', %(today)s::date) - make_interval(months => back)) AS month) AS per
 CROSS JOIN LATERAL (SELECT (per.month::timestamp AT TIME ZONE 'Asia/Shanghai') + interval '2 hours' AS at) AS begun
 CROSS JOIN LATERAL (SELECT count(*)::int AS n FROM pools_entry AS entry
                      WHERE entry.city_id = pool.city_id AND entry.pool_id = pool.id) AS counted
 WHERE pool.kind = 'city' AND counted.n > 0 AND begun.at < %(now)s::timestamptz
ON CONFLICT DO NOTHING
"""
# The month before the one that waits for its decisions: as it was proposed, so it was decided.
_DECIDED: LiteralString = """
INSERT INTO tiers_review (city_id, month, store_id, staff_id, tier_before, tier_proposed, reason, score, calls, connects, interested, arrived,
                          contracts, refusals, complaints, proposed_at, tier_decided, decided_by, decided_at, why)
SELECT review.city_id, (review.month - interval '1 month')::date, review.store_id, review.staff_id, review.tier_before, review.tier_before,
       CASE WHEN review.reason IN ('up', 'down', 'top', 'bottom') THEN 'steady' ELSE review.reason END, 12 + mod(review.staff_id, 7)::int, review.calls - mod(review.calls, 9), review.connects, review.interested,
       review.arrived, review.contracts, review.refusals, 0, review.proposed_at - interval '30 days', review.tier_before, manager.id,
       review.proposed_at - interval '29 days', '按建议，下个月再看'
  FROM tiers_review AS review
  JOIN org_staff AS manager ON manager.store_id = review.store_id AND manager.role = 'store_manager' AND manager.active
ON CONFLICT DO NOTHING
"""


def write(now: datetime) -> None:
    """All of it, in one transaction."""
    given: dict[str, Any] = {"now": now, "today": day_of(now)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ROTA, given)
        cursor.execute(_RESHUFFLES, given)
        reviewing.propose_all(now=now)
        cursor.execute(_DECIDED)
