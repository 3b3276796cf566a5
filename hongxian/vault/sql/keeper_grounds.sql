-- For which of these members this person has a living ground of one of these kinds.
SELECT ground.member_id
  FROM vault_ground AS ground
  JOIN members_member AS member ON member.city_id = ground.city_id AND member.id = ground.member_id
 WHERE ground.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int
   AND ground.member_id = ANY (%(member_ids)s::bigint[]) AND ground.staff_id = %(staff_id)s::bigint
   AND ground.kind = ANY (%(kinds)s::text[]) AND ground.until > %(now)s::timestamptz
   AND member.state = 'live'
