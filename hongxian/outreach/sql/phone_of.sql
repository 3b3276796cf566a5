-- A consultant's telephone: where it rings, the call on its line, and its last call to one member within seven days; calls as JSON.
SELECT staff.extension,
       (SELECT row_to_json(each)::text
          FROM (SELECT call.city_id, call.member_id, call.request_key, call.state, call.cause, call.member_at, call.talking_at, call.ended_at,
                       call.nine_at, call.refused_at, call.hang_up_at, call.filed_at, call.permit_id
                  FROM outreach_busyline AS line
                  JOIN outreach_placedcall AS call ON call.city_id = %(city_id)s::int AND call.staff_id = line.staff_id AND call.at = line.at
                       AND call.request_key = line.request_key
                 WHERE line.city_id = %(city_id)s::int AND line.staff_id = %(staff_id)s::bigint
                   AND call.at > %(now)s::timestamptz - interval '7 days') AS each) AS line,
       (SELECT row_to_json(each)::text FROM (/*include outreach/placed_newest*/) AS each) AS newest
  FROM org_staff AS staff
 WHERE staff.id = %(staff_id)s::bigint
