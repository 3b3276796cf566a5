-- One use of one number, until the latest time.
INSERT INTO vault_permit (city_id, member_id, staff_id, channel, purpose, issued_at, latest_at)
VALUES (%(city_id)s::int, %(member_id)s::bigint, %(staff_id)s::bigint, %(channel)s::text, %(purpose)s::text,
        %(now)s::timestamptz, %(latest_at)s::timestamptz)
RETURNING id
