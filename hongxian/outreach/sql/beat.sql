-- The dialer is there: its open calls in a city are seen.
UPDATE outreach_placedcall AS call SET seen_at = %(now)s::timestamptz
 WHERE call.city_id = %(city_id)s::int AND call.dialer = %(dialer)s::text AND call.state <> 'ended'
