-- What a consultant holds and may hold.
SELECT coalesce(hand.held, 0)::int AS held, coalesce(hand.cap, rule.holding_cap)::int AS cap
  FROM /*include org/tier_rules*/
  LEFT JOIN pools_hand AS hand ON hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint
 WHERE rule.tier = %(tier)s::text
