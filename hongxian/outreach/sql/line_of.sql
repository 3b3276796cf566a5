-- The call that has a consultant's line.
SELECT call.member_id, call.request_key
  FROM outreach_busyline AS line
  JOIN outreach_placedcall AS call ON call.city_id = %(city_id)s::int AND call.staff_id = line.staff_id AND call.at = line.at
       AND call.request_key = line.request_key
 WHERE line.city_id = %(city_id)s::int AND line.staff_id = %(staff_id)s::bigint
