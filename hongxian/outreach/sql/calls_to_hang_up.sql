-- A dialer's calls in a city that whoever placed them wants to end.
SELECT call.at, call.id
  FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.dialer = %(dialer)s::text AND call.state <> 'ended' AND call.hang_up_at IS NOT NULL
