-- Invariant: a member is in one place, that is in a pool, in a hand or at rest.
SELECT place.member_id
  FROM (SELECT entry.member_id FROM pools_entry AS entry WHERE entry.city_id = %(city_id)s::int
         UNION ALL
        SELECT holding.member_id FROM pools_holding AS holding WHERE holding.city_id = %(city_id)s::int
         UNION ALL
        SELECT resting.member_id FROM pools_resting AS resting WHERE resting.city_id = %(city_id)s::int) AS place
 GROUP BY place.member_id HAVING count(*) > 1
 ORDER BY 1
