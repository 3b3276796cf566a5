-- What a consultant may still claim today from one pool, and from which rank on.
SELECT pool.id IS NOT NULL AS visible,
       coalesce(quota.cap - quota.used, CASE pool.kind WHEN 'store' THEN rule.store_cap ELSE rule.city_cap END, 0)::int AS quota_left,
       coalesce(hand.cap - hand.held, rule.holding_cap, 0)::int AS hand_left,
       coalesce(quota.rank_floor, (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40, 0) AS rank_floor
  FROM (VALUES (%(tier)s::text)) AS asked(tier)
  LEFT JOIN /*include org/tier_rules*/ ON rule.tier = asked.tier
  LEFT JOIN pools_pool AS pool ON pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int
       AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
  LEFT JOIN pools_quota AS quota ON quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint
       AND quota.day = %(day)s::date AND quota.kind = pool.kind
  LEFT JOIN pools_hand AS hand ON hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint
