-- Asks for a file of a store's members.
INSERT INTO outreach_export (city_id, store_id, requested_by, requested_at, why, purpose, place, cap, state)
VALUES (%(city_id)s::int, %(store_id)s::bigint, %(staff_id)s::bigint, %(now)s::timestamptz, %(why)s::text, %(purpose)s::text,
        %(place)s::text, %(cap)s::smallint, 'asked')
RETURNING id AS export_id
