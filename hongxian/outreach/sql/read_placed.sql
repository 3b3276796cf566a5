-- A placed call's record as it stands, without a lock.
SELECT call.member_id, call.staff_id, call.request_key, call.state, call.cause, call.consultant_at, call.member_at, call.talking_at,
       call.ended_at, call.nine_at, call.refused_at, call.filed_at, call.permit_id, call.team_id, call.store_id
  FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.at = %(at)s::timestamptz AND call.id = %(id)s::bigint
