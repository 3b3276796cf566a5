-- Marks that a store gets its share today; nothing when it has had it. A second dealer waits here for the first.
INSERT INTO pools_dealt (city_id, store_id, day, at, members)
VALUES (%(city_id)s::int, %(store_id)s::bigint, %(day)s::date, %(now)s::timestamptz, 0)
ON CONFLICT (city_id, store_id, day) DO NOTHING
RETURNING day
