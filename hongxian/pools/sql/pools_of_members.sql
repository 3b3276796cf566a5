-- The store pools that these members belong in.
SELECT DISTINCT pool.id
  FROM members_member AS member
  JOIN pools_pool AS pool ON pool.city_id = member.city_id AND pool.kind = 'store' AND pool.store_id = member.store_id
 WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[])
