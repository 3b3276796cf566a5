-- Says whose members may be put into a hand from now on: one store's, or nobody's (-1). It is empty and its owner's claims wait for it.
INSERT INTO pools_hand (city_id, staff_id, held, cap, store_id)
SELECT %(city_id)s::int, %(staff_id)s::bigint, 0, coalesce(max(rule.holding_cap), 0), %(store_id)s::bigint
  FROM /*include org/tier_rules*/ WHERE rule.tier = %(tier)s::text
ON CONFLICT (city_id, staff_id) DO UPDATE
   SET store_id = excluded.store_id, cap = greatest(excluded.cap, pools_hand.held)
