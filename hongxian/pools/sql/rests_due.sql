-- Rests that are over, their members locked.
SELECT resting.member_id, resting.pool_id
  FROM pools_resting AS resting JOIN members_member AS member ON member.city_id = resting.city_id AND member.id = resting.member_id
 WHERE resting.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int AND resting.until <= %(now)s::timestamptz
 ORDER BY resting.member_id
 LIMIT %(size)s::int
   FOR NO KEY UPDATE OF member SKIP LOCKED
