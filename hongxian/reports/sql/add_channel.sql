-- Adds a channel; the same address for the same team again changes nothing and gives no row.
INSERT INTO reports_channel (city_id, store_id, team_id, kind, fingerprint, hint, sealed, active, since, staff_id)
VALUES (%(city_id)s::int, %(store_id)s::bigint, coalesce(%(team_id)s::bigint, 0), %(kind)s::text, %(fingerprint)s::bytea, %(hint)s::text,
        %(sealed)s::bytea, true, %(now)s::timestamptz, %(staff_id)s::bigint)
    ON CONFLICT DO NOTHING
RETURNING id AS channel_id
