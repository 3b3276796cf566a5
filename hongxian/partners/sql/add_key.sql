-- A key of a partner; of its secret only the hash.
INSERT INTO partners_key (partner_id, digest, scopes, a_minute, expires_on, made_by, made_at, why)
VALUES (%(partner_id)s::bigint, %(digest)s::bytea, %(scopes)s::text[], %(a_minute)s::int, %(expires_on)s::date, %(staff_id)s::bigint,
        %(now)s::timestamptz, %(why)s::text)
RETURNING id AS made_id
