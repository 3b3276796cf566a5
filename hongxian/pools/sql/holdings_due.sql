-- Holdings that have run out, their members locked; members that others are working on wait for the next round.
SELECT holding.member_id, holding.pool_id, holding.staff_id
  FROM pools_holding AS holding JOIN members_member AS member ON member.city_id = holding.city_id AND member.id = holding.member_id
 WHERE holding.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND holding.held_until < %(now)s::timestamptz
 ORDER BY holding.member_id
 LIMIT %(size)s::int
   FOR NO KEY UPDATE OF member SKIP LOCKED
