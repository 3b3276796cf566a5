-- The committed trace a caller names, if it is fresh and says yes. The keeper's own connection sees nothing uncommitted.
SELECT action, purpose, staff_id, process, member_ids, fields, permit_id
  FROM audit_trace
 WHERE city_id = %(city_id)s::int AND at = %(at)s::timestamptz AND id = %(id)s::bigint
   AND outcome = 'allowed' AND at > %(now)s::timestamptz - interval '60 seconds' AND at <= %(now)s::timestamptz + interval '5 seconds'
