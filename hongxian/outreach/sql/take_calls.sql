-- Takes up the calls of a city that wait for a dialer: each once, whoever else takes, and none that waits too long.
UPDATE outreach_placedcall AS call SET dialer = %(dialer)s::text, seen_at = %(now)s::timestamptz
 WHERE call.city_id = %(city_id)s::int AND call.at > %(waiting_since)s::timestamptz AND call.state = 'asked' AND call.dialer = ''
   AND call.hang_up_at IS NULL
RETURNING at, id, member_id, staff_id, permit_id
