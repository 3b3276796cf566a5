pool AS (
    SELECT pool.id, pool.kind FROM pools_pool AS pool
     WHERE pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int
       AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
), quota AS (
    SELECT quota.kind, quota.cap - quota.used AS quota_left, quota.rank_floor FROM pools_quota AS quota
     WHERE quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint AND quota.day = %(day)s::date
       AND quota.kind = (SELECT pool.kind FROM pool) AND quota.used < quota.cap
       FOR NO KEY UPDATE
), spot AS (
    -- Joined to the quota so that the hand is always locked after it.
    SELECT pool.id AS pool_id, quota.kind, quota.rank_floor, quota.quota_left,
           least(%(n)s::int, quota.quota_left, hand.cap - hand.held) AS room
      FROM quota, pool, pools_hand AS hand
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint AND hand.held < hand.cap
       FOR NO KEY UPDATE OF hand
)
