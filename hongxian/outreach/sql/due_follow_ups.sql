-- Held members whose first talk, on one day, left them interested with nothing agreed since.
SELECT holding.member_id, holding.staff_id, holding.last_contact_at AS at
  FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.last_outcome = 'interested' AND holding.call_back_at IS NULL
   AND holding.last_contact_at >= %(begins)s::timestamptz AND holding.last_contact_at < %(ends)s::timestamptz
   AND (SELECT count(*) FROM outreach_call AS call
         WHERE call.city_id = %(city_id)s::int AND call.member_id = holding.member_id
           AND call.outcome IN ('call_back', 'interested', 'visit')) = 1
 ORDER BY holding.last_contact_at, holding.member_id
