-- Whether this press was filed already.
SELECT call.outcome FROM outreach_call AS call
 WHERE call.city_id = %(city_id)s::int AND call.member_id = %(member_id)s::bigint
   AND call.at > %(now)s::timestamptz - interval '1 day' AND call.at <= %(now)s::timestamptz + interval '1 day'
   AND call.request_key = %(request_key)s::uuid
