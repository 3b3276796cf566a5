-- Invariant: nobody who said no is in a pool, in a hand or at rest.
SELECT place.member_id
  FROM (SELECT entry.member_id FROM pools_entry AS entry WHERE entry.city_id = %(city_id)s::int
         UNION
        SELECT holding.member_id FROM pools_holding AS holding WHERE holding.city_id = %(city_id)s::int
         UNION
        SELECT resting.member_id FROM pools_resting AS resting WHERE resting.city_id = %(city_id)s::int) AS place
  JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = place.member_id
 WHERE member.suppressed_at IS NOT NULL OR /*include consent/said_no*/
 ORDER BY 1
