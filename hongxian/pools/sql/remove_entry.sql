-- Takes a member out of the pool for good. First of three statements; see removing.py.
WITH gone AS (
    DELETE FROM pools_entry AS entry WHERE entry.city_id = %(city_id)s::int AND entry.member_id = %(member_id)s::bigint
    RETURNING entry.member_id, entry.pool_id
)
INSERT INTO pools_ledger (city_id, at, day, move, member_id, staff_id, by_staff_id, pool_id, kind, charged, reason)
SELECT %(city_id)s::int, %(now)s::timestamptz, %(day)s::date, %(move)s::text, gone.member_id, 0, %(staff_id)s::bigint, gone.pool_id,
       coalesce(pool.kind, ''), 0, %(reason)s::text
  FROM gone LEFT JOIN pools_pool AS pool ON pool.id = gone.pool_id
