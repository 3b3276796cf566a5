-- Where a partner wants to be told, sealed to the worker.
INSERT INTO partners_hook (partner_id, name, sealed, host, made_by, made_at, why)
VALUES (%(partner_id)s::bigint, %(name)s::text, %(sealed)s::bytea, %(host)s::text, %(staff_id)s::bigint, %(now)s::timestamptz, %(why)s::text)
RETURNING id AS made_id
