-- Counts one use of a key in this minute; no row when its minute is full.
INSERT INTO partners_minute AS counted (city_id, key_id, minute, used, cap)
VALUES (%(city_id)s::int, %(key_id)s::bigint, date_trunc('minute', %(now)s::timestamptz), 1, %(cap)s::int)
    ON CONFLICT (city_id, key_id, minute) DO UPDATE SET used = counted.used + 1, cap = EXCLUDED.cap
 WHERE counted.used < EXCLUDED.cap
RETURNING counted.used
