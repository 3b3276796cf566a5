-- Marks that a store gets its share today; nothing when it has had it. After an undone one only a person deals again. A second
-- dealer waits here for the first.
INSERT INTO pools_dealt (city_id, store_id, day, run, at, members, by_staff_id)
SELECT %(city_id)s::int, %(store_id)s::bigint, %(day)s::date, coalesce(max(dealt.run), 0) + 1, %(now)s::timestamptz, 0, %(staff_id)s::bigint
  FROM pools_dealt AS dealt
 WHERE dealt.city_id = %(city_id)s::int AND dealt.store_id = %(store_id)s::bigint AND dealt.day = %(day)s::date
HAVING count(*) FILTER (WHERE dealt.undone_at IS NULL) = 0 AND (%(again)s::bool OR count(*) = 0)
ON CONFLICT (city_id, store_id, day, run) DO NOTHING
RETURNING day, run
