-- The call that this press has placed already, if it has.
SELECT call.at, call.id FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.member_id = %(member_id)s::bigint AND call.staff_id = %(staff_id)s::bigint
   AND call.at > %(now)s::timestamptz - interval '1 day' AND call.at <= %(now)s::timestamptz + interval '1 day'
   AND call.request_key = %(request_key)s::uuid
