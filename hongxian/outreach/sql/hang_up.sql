-- Whoever placed the call wants it to end; the first press counts, and a call that is over is left alone.
UPDATE outreach_placedcall AS call SET hang_up_at = coalesce(call.hang_up_at, %(now)s::timestamptz)
 WHERE call.city_id = %(city_id)s::int AND call.member_id = %(member_id)s::bigint AND call.staff_id = %(staff_id)s::bigint
   AND call.at > %(now)s::timestamptz - interval '1 day' AND call.at <= %(now)s::timestamptz + interval '1 day'
   AND call.request_key = %(request_key)s::uuid AND call.state <> 'ended'
RETURNING at, id
