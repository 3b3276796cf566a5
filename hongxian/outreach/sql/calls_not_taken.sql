-- Calls of a city that no dialer has taken and none will: they wait too long, or whoever asked has hung up.
SELECT call.at, call.id, call.hang_up_at IS NOT NULL AS hung_up
  FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.state = 'asked' AND call.dialer = ''
   AND (call.at <= %(waiting_since)s::timestamptz OR call.hang_up_at IS NOT NULL)
 LIMIT 500
