-- A trace of the feed's own: numbers that were hashed, members to whose letters something was added.
INSERT INTO portal_feed_trace (city_id, at, staff_id, role, process, action, purpose, ground, member_ids, fields, outcome, reason)
VALUES (%(city_id)s::int, %(now)s::timestamptz, 0, 'system', 'portal', %(action)s::text, 'letters', '', %(member_ids)s::bigint[],
        %(fields)s::text[], 'allowed', %(reason)s::text)
RETURNING city_id, at, id
