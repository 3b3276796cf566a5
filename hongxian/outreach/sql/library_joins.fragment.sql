LEFT JOIN LATERAL (SELECT each.member_id, each.staff_id, each.held_until FROM pools_holding AS each
                          WHERE each.city_id = %(city_id)s::int AND each.member_id = member.id LIMIT 1) AS holding ON true
      LEFT JOIN LATERAL (SELECT each.member_id, each.until FROM pools_resting AS each
                          WHERE each.city_id = %(city_id)s::int AND each.member_id = member.id LIMIT 1) AS resting ON true
      LEFT JOIN LATERAL (SELECT each.member_id, each.pool_id FROM pools_entry AS each
                          WHERE each.city_id = %(city_id)s::int AND each.member_id = member.id LIMIT 1) AS entry ON true
