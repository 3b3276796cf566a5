-- Takes in one request: its key's minute is charged, and it stands once under the name that the partner gave it, whoever else is bringing it.
WITH charged AS (
    INSERT INTO partners_minute AS counted (city_id, key_id, minute, used, cap)
    VALUES (%(city_id)s::int, %(key_id)s::bigint, date_trunc('minute', %(now)s::timestamptz), 1, %(cap)s::int)
        ON CONFLICT (city_id, key_id, minute) DO UPDATE SET used = counted.used + 1, cap = EXCLUDED.cap
     WHERE counted.used < EXCLUDED.cap
    RETURNING counted.used
), taken AS (
    INSERT INTO partners_request (city_id, public_id, partner_id, key_id, idem, digest, kind, sealed, taken_at)
    SELECT %(city_id)s::int, %(public_id)s::uuid, %(partner_id)s::bigint, %(key_id)s::bigint, %(idem)s::bytea, %(digest)s::bytea,
           %(kind)s::text, %(sealed)s::bytea, %(now)s::timestamptz
      FROM charged
        ON CONFLICT (city_id, partner_id, idem) DO NOTHING
    RETURNING public_id
)
SELECT EXISTS (SELECT FROM charged) AS within, EXISTS (SELECT FROM taken) AS taken
