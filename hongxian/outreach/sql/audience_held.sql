-- The next of those whom consultants of a store, or of one team of it, have in their hands, and whose they are; by member number.
SELECT entry.member_id, entry.staff_id, entry.team_id
  FROM (SELECT holding.member_id, holding.staff_id, staff.team_id, holding.rank, /*include pools/narrow_facets*/
          FROM pools_holding AS holding
          JOIN org_staff AS staff ON staff.id = holding.staff_id AND staff.store_id = %(store_id)s::bigint
           AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
          JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = holding.member_id
         WHERE holding.city_id = %(city_id)s::int AND holding.member_id > %(after)s::bigint AND holding.held_until > %(now)s::timestamptz
       ) AS entry (member_id, staff_id, team_id, rank, sex, birth_year, height_cm, education, income_band, marital, district)
 WHERE entry.sex = ANY (%(sexes)s::text[]) AND entry.rank BETWEEN %(best_rank)s::bigint AND %(worst_rank)s::bigint
   AND /*include pools/within_filters*/
 ORDER BY entry.member_id
 LIMIT %(most)s::int
