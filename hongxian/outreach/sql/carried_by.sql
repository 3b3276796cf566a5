-- A call, if this gateway carries it.
SELECT call.id FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.at = %(at)s::timestamptz AND call.id = %(id)s::bigint AND call.gateway = %(gateway)s::text
