-- Calls of a city that an earlier dialer of this machine has left open; with when it was last seen.
SELECT call.at, call.id, coalesce(call.seen_at, call.at) AS seen_at
  FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.state <> 'ended' AND starts_with(call.dialer, %(machine)s::text)
   AND call.dialer <> %(dialer)s::text
