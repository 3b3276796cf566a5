-- Opens the hands that consultants lack, in the order of their numbers.
INSERT INTO pools_hand (city_id, staff_id, held, cap)
SELECT %(city_id)s::int, staff.id, 0, rule.holding_cap
  FROM org_staff AS staff JOIN /*include org/tier_rules*/ ON rule.tier = staff.tier
 WHERE staff.id = ANY (%(staff_ids)s::bigint[])
 ORDER BY staff.id
ON CONFLICT (city_id, staff_id) DO NOTHING
