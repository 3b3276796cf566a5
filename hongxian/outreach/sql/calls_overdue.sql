-- Calls of a city that nobody took up in time, and those whose dialer has not been seen for long; with the last that is known.
SELECT call.at, call.id, call.state, coalesce(call.seen_at, call.at) AS seen_at FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.state <> 'ended'
   AND (call.state = 'asked' AND call.seen_at IS NULL AND call.at < %(asked_before)s::timestamptz
        OR coalesce(call.seen_at, call.at) < %(seen_before)s::timestamptz)
 ORDER BY call.at
 LIMIT 500
