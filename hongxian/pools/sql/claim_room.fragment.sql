quota AS (
    -- Her own lock. A pool that she may not see gives no row.
    SELECT quota.kind, quota.used, quota.cap - quota.used AS room, quota.rank_floor
      FROM pools_quota AS quota
      JOIN pools_pool AS pool ON pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int AND pool.kind = quota.kind
           AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
     WHERE quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint AND quota.day = %(day)s::date
       AND quota.used < quota.cap
       FOR UPDATE OF quota
), hand AS (
    SELECT hand.cap - hand.held AS room FROM pools_hand AS hand
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint AND hand.held < hand.cap
       FOR UPDATE
), room AS MATERIALIZED (
    SELECT least(%(n)s::int, quota.room, hand.room) AS n, quota.kind, quota.used, quota.rank_floor FROM quota, hand
)
