-- Rest, place and contract of one member, for the gate.
SELECT EXISTS (SELECT FROM pools_resting AS resting
                WHERE resting.city_id = %(city_id)s::int AND resting.member_id = member.id
                  AND resting.until > %(now)s::timestamptz) AS resting,
       city.timezone,
       EXISTS (SELECT FROM vault_ground AS ground
                WHERE ground.city_id = %(city_id)s::int AND ground.member_id = member.id AND ground.kind = 'contract'
                  AND ground.until > %(now)s::timestamptz) AS has_contract
  FROM members_member AS member JOIN org_city AS city ON city.id = member.city_id
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
