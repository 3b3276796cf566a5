-- A nine has become a refusal; the call needs no outcome any more.
UPDATE outreach_placedcall AS call SET refused_at = %(now)s::timestamptz, filed_at = coalesce(call.filed_at, %(now)s::timestamptz)
 WHERE call.city_id = %(city_id)s::int AND call.at = %(at)s::timestamptz AND call.id = %(id)s::bigint
