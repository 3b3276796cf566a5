-- Writes a placed call's record after an event; the record is locked.
UPDATE outreach_placedcall AS call
   SET state = %(state)s::text, cause = %(cause)s::text, consultant_at = %(consultant_at)s::timestamptz,
       member_at = %(member_at)s::timestamptz, talking_at = %(talking_at)s::timestamptz, ended_at = %(ended_at)s::timestamptz,
       nine_at = %(nine_at)s::timestamptz, seen_at = greatest(call.seen_at, %(now)s::timestamptz)
 WHERE call.city_id = %(city_id)s::int AND call.at = %(at)s::timestamptz AND call.id = %(id)s::bigint
