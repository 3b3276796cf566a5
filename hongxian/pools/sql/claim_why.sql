-- Why a claim brought fewer than asked: the room left, and where the hint stands against the first entry still there.
SELECT quota.cap - quota.used AS quota_room, hand.cap - hand.held AS hand_room, quota.rank_floor,
       (SELECT hint.starts_at FROM pools_hint AS hint
         WHERE hint.city_id = %(city_id)s::int AND hint.pool_id = pool.id AND hint.rank_floor = quota.rank_floor
         ORDER BY hint.id DESC LIMIT 1) AS starts_at,
       (SELECT free.rank FROM pools_entry AS free
         WHERE free.city_id = %(city_id)s::int AND free.pool_id = pool.id AND free.rank >= quota.rank_floor
         ORDER BY free.rank LIMIT 1) AS first_rank
  FROM pools_pool AS pool
  JOIN pools_quota AS quota ON quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint
       AND quota.day = %(day)s::date AND quota.kind = pool.kind
  JOIN pools_hand AS hand ON hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint
 WHERE pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int
   AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
