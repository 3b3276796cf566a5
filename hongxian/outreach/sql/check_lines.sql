-- Invariant: a consultant's line is busy with a call that is not over, and no call goes on that nobody has seen for long.
SELECT line.staff_id, NULL::bigint AS call_id
  FROM outreach_busyline AS line
 WHERE line.city_id = %(city_id)s::int AND line.at < %(stale)s::timestamptz
   AND NOT EXISTS (SELECT FROM outreach_placedcall AS call
                    WHERE call.city_id = %(city_id)s::int AND call.staff_id = line.staff_id
                      AND call.request_key = line.request_key AND call.state <> 'ended')
 UNION ALL
SELECT call.staff_id, call.id
  FROM outreach_placedcall AS call
 WHERE call.city_id = %(city_id)s::int AND call.at >= %(begins)s::timestamptz AND call.state <> 'ended'
   AND greatest(call.at, call.seen_at) < %(stale)s::timestamptz
 ORDER BY 1, 2
