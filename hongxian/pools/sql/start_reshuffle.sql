-- A month's reshuffle begins; nothing where one is under way, or by itself a second time in a month.
INSERT INTO pools_reshuffle (city_id, month, run, pool_id, seed, by_staff_id, why, started_at)
SELECT %(city_id)s::int, %(month)s::date, coalesce(max(other.run), 0) + 1, %(pool_id)s::bigint, %(seed)s::bigint, %(staff_id)s::bigint,
       %(why)s::text, %(now)s::timestamptz
  FROM pools_reshuffle AS other
 WHERE other.city_id = %(city_id)s::int AND other.month = %(month)s::date
HAVING count(*) FILTER (WHERE other.ended_at IS NULL) = 0 AND (%(again)s::bool OR count(*) = 0)
ON CONFLICT (city_id, month, run) DO NOTHING
RETURNING run
