"""What stands out in the demo: tries at members who are nobody's, and nights; counted and judged as the worker does, some looked into."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hongxian.cli import company
from hongxian.cli.roles import OWNER
from hongxian.kernel.clock import day_of, start_of
from hongxian.reports import watching

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    import psycopg

COUNTED = 37  # days: the oldest that is judged, and the 28 before it
JUDGED = (9, 3, 2)  # days ago
# In each store one consultant: a dozen tries in the afternoon at members of its pool.
_TRIES = """
INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome, reason)
SELECT who.city_id, %(begins)s::timestamptz + interval '14 hours' + row_number() OVER (PARTITION BY who.id ORDER BY entry.rank DESC) * interval '70 seconds',
       who.id, 'consultant', who.store_id, 'desk', 'member.view', 'outreach.call', '', ARRAY[entry.member_id], '{}', 'denied', 'no_ground'
  FROM (SELECT *, row_number() OVER (PARTITION BY store_id ORDER BY id) AS place FROM org_staff WHERE role = 'consultant' AND active) AS who
  JOIN pools_pool AS pool ON pool.store_id = who.store_id
 CROSS JOIN LATERAL (SELECT member_id, rank FROM pools_entry WHERE city_id = who.city_id AND pool_id = pool.id
                      ORDER BY rank DESC LIMIT 9 + mod(who.id, 5)) AS entry
 WHERE who.place = %(place)s
"""
# And one who looks through her own members at eleven in the night.
_NIGHT = """
INSERT INTO audit_trace (city_id, at, staff_id, role, store_id, process, action, purpose, ground, member_ids, fields, outcome, reason)
SELECT who.city_id, %(begins)s::timestamptz + interval '23 hours' + row_number() OVER (PARTITION BY who.id ORDER BY holding.member_id) * interval '40 seconds',
       who.id, 'consultant', who.store_id, 'desk', 'member.view', 'outreach.call', 'claim', ARRAY[holding.member_id],
       '{alias,district,best_time,note,contact_history}', 'allowed', ''
  FROM (SELECT *, row_number() OVER (PARTITION BY store_id ORDER BY id) AS place FROM org_staff WHERE role = 'consultant' AND active) AS who
  JOIN pools_holding AS holding ON holding.city_id = who.city_id AND holding.staff_id = who.id
       AND holding.held_since < %(begins)s::timestamptz + interval '22 hours'
 WHERE who.place = %(place)s
"""
# What reports/sql/watch.sql counts of one day, for all of them at once.
_WATCHED = """
INSERT INTO reports_watched (city_id, staff_id, day, role, store_id, team_id, viewed, night, denied, texted)
SELECT counted.city_id, counted.staff_id, counted.day, staff.role, staff.store_id, staff.team_id, sum(counted.viewed), sum(counted.night),
       sum(counted.denied), sum(counted.texted)
  FROM (SELECT trace.city_id, trace.staff_id, (trace.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
               count(DISTINCT trace.member_ids[1]) FILTER (WHERE trace.outcome = 'allowed' AND trace.action = ANY (%(views)s)) AS viewed,
               count(DISTINCT trace.member_ids[1]) FILTER (WHERE trace.outcome = 'allowed' AND trace.action = ANY (%(views)s)
                 AND extract(hour FROM trace.at AT TIME ZONE 'Asia/Shanghai') NOT BETWEEN 7 AND 21) AS night,
               count(*) FILTER (WHERE trace.outcome = 'denied' AND trace.process = 'desk' AND trace.reason = ANY (%(reasons)s)) AS denied,
               0 AS texted
          FROM audit_trace AS trace
         WHERE trace.at >= %(begins)s AND trace.at < %(ends)s AND trace.staff_id > 0
         GROUP BY 1, 2, 3
         UNION ALL
        SELECT tally.city_id, tally.staff_id, (tally.begins AT TIME ZONE 'Asia/Shanghai')::date, 0, 0, 0, sum(tally.handed + tally.dropped)
          FROM outreach_texttally AS tally
         WHERE tally.span = 'day' AND tally.begins >= %(begins)s AND tally.begins < %(ends)s AND tally.how IN ('hand', 'library')
           AND tally.staff_id > 0
         GROUP BY 1, 2, 3) AS counted
  JOIN org_staff AS staff ON staff.id = counted.staff_id
 GROUP BY counted.city_id, counted.staff_id, counted.day, staff.id
ON CONFLICT DO NOTHING
"""
_DAYS = "SELECT city_id, staff_id, day, role, store_id, team_id, viewed, night, denied, texted FROM reports_watched ORDER BY city_id, staff_id, day"
_FOUND = """
INSERT INTO reports_anomaly (city_id, staff_id, day, kind, store_id, team_id, seen, why, found_at)
VALUES (%(city)s, %(staff)s, %(day)s, %(kind)s, %(store)s, %(team)s, %(seen)s, %(why)s::jsonb, %(at)s)
ON CONFLICT DO NOTHING
"""
_NOTED = """
WITH noted AS (
    UPDATE reports_anomaly SET noted_seen = seen WHERE day <= %(until)s RETURNING *
)
INSERT INTO reports_acknowledgement (city_id, anomaly_id, about_id, by_id, at, result, note, seen)
SELECT noted.city_id, noted.id, noted.staff_id, manager.id, noted.found_at + interval '16 hours', 'talked',
       '已当面了解：想找回以前跟过的会员。讲清了不在名下的不能看，今后先去公海认领。', noted.seen
  FROM noted JOIN LATERAL (SELECT min(id) AS id FROM org_staff WHERE store_id = noted.store_id AND role = 'store_manager') AS manager
    ON manager.id IS NOT NULL
"""


def write(now: datetime) -> None:
    """As the owner: nobody but the desk says what came of it."""
    today = day_of(now)
    oldest, middle, newest = (today - timedelta(days=back) for back in JUDGED)
    span = {"begins": start_of(today - timedelta(days=COUNTED)), "ends": start_of(today)}
    with company.site().connect(OWNER) as owner, owner.transaction():
        for day, place in ((oldest, 8), (middle, 11)):
            owner.execute(_TRIES, {"begins": start_of(day), "place": place})
        owner.execute(_NIGHT, {"begins": start_of(newest), "place": 13})
        owner.execute(_WATCHED, span | {"views": list(watching.VIEWS), "reasons": list(watching.REASONS)})
        _judge(owner, (oldest, middle, newest))
        owner.execute(_NOTED, {"until": oldest})


def _judge(owner: psycopg.Connection[Any], judged: tuple[date, ...]) -> None:
    known: dict[int, list[watching.Day]] = defaultdict(list)
    for city_id, *row in owner.execute(_DAYS):
        known[city_id].append(watching.Day(*row))
    for city_id, days in known.items():
        for today in judged:
            near = [each for each in days if today - watching.HISTORY <= each.day <= today]
            for each in watching.standing_out(near, today):
                owner.execute(
                    _FOUND,
                    {
                        "city": city_id,
                        "staff": each.staff_id,
                        "day": today,
                        "kind": each.kind,
                        "store": each.store_id,
                        "team": each.team_id,
                        "seen": each.seen,
                        "why": json.dumps(asdict(each.verdict)),
                        "at": start_of(today) + timedelta(hours=15 if each.kind == "denied" else 24),
                    },
                )
