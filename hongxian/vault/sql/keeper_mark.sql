-- A trace is answered once: the second INSERT finds the first.
INSERT INTO vault_opened (city_id, trace_at, trace_id, opened_at)
VALUES (%(city_id)s::int, %(at)s::timestamptz, %(id)s::bigint, %(now)s::timestamptz)
ON CONFLICT (city_id, trace_at, trace_id) DO NOTHING
RETURNING trace_id
