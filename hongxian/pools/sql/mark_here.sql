-- Somebody says that they are here today; the first time counts.
INSERT INTO pools_duty (city_id, staff_id, day, off, here_at)
VALUES (%(city_id)s::int, %(staff_id)s::bigint, %(day)s::date, false, %(now)s::timestamptz)
ON CONFLICT (city_id, staff_id, day) DO UPDATE SET here_at = excluded.here_at WHERE pools_duty.here_at IS NULL
