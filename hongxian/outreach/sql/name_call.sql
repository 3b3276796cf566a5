-- What the gateway calls a call.
UPDATE outreach_placedcall AS call SET gateway_ref = %(gateway_ref)s::text
 WHERE call.city_id = %(city_id)s::int AND call.at = %(at)s::timestamptz AND call.id = %(id)s::bigint
