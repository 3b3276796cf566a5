SELECT call.city_id, call.member_id, call.request_key, call.state, call.cause, call.member_at, call.talking_at, call.ended_at,
       call.nine_at, call.refused_at, call.hang_up_at, call.filed_at, call.permit_id
  FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.member_id = %(member_id)s::bigint AND call.staff_id = %(staff_id)s::bigint
   AND call.at > %(now)s::timestamptz - interval '7 days' AND call.at <= %(now)s::timestamptz + interval '1 day'
   AND (%(request_key)s::uuid IS NULL OR call.request_key = %(request_key)s::uuid)
 ORDER BY call.at DESC, call.id DESC
 LIMIT 1
