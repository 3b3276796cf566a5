-- Held members with a visit or a call agreed for one day, and by whom.
SELECT holding.member_id, holding.staff_id, holding.call_back_at AS at
  FROM pools_holding AS holding
 WHERE holding.city_id = %(city_id)s::int AND holding.last_outcome IN ('visit', 'call_back')
   AND holding.call_back_at >= %(begins)s::timestamptz AND holding.call_back_at < %(ends)s::timestamptz
 ORDER BY holding.call_back_at, holding.member_id
