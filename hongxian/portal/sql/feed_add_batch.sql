-- A batch is in, with how many members it told of and how many of them nobody here knows.
INSERT INTO portal_feed_batch (city_id, key, digest, received_at, taken, dropped)
VALUES (0, %(key)s::uuid, %(digest)s::bytea, %(now)s::timestamptz, %(taken)s::int, %(dropped)s::int)
