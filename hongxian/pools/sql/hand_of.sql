-- What a consultant holds and may hold, and since when they are here today.
SELECT coalesce(hand.held, 0)::int AS held, coalesce(hand.cap, rule.holding_cap)::int AS cap, duty.here_at
  FROM /*include org/tier_rules*/
  LEFT JOIN pools_hand AS hand ON hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint
  LEFT JOIN pools_duty AS duty ON duty.city_id = %(city_id)s::int AND duty.staff_id = %(staff_id)s::bigint AND duty.day = %(day)s::date
 WHERE rule.tier = %(tier)s::text
