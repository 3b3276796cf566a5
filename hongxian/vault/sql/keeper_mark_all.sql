-- Each of these traces is answered once; those come back that had no answer yet.
INSERT INTO vault_opened (city_id, trace_at, trace_id, opened_at)
SELECT %(city_id)s::int, asked.at, asked.id, %(now)s::timestamptz
  FROM (SELECT DISTINCT each.at, each.id FROM unnest(%(ats)s::timestamptz[], %(ids)s::bigint[]) AS each (at, id) ORDER BY 1, 2) AS asked
ON CONFLICT (city_id, trace_at, trace_id) DO NOTHING
RETURNING trace_at, trace_id
