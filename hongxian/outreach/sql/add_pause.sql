-- Holds a sender up, with what was seen.
INSERT INTO outreach_pause (city_id, staff_id, store_id, channel, reason, seen, since, until)
VALUES (%(city_id)s::int, %(staff_id)s::bigint, %(store_id)s::bigint, 'sms', %(reason)s::text, %(seen)s::jsonb,
        %(now)s::timestamptz, %(until)s::timestamptz)
RETURNING id AS pause_id
