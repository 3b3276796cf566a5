quota AS (
    SELECT quota.kind, quota.cap - quota.used AS unused, quota.rank_floor
      FROM pools_pool AS pool JOIN pools_quota AS quota ON quota.kind = pool.kind
     WHERE pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int
       AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
       AND quota.city_id = %(city_id)s::int AND quota.staff_id = %(staff_id)s::bigint AND quota.day = %(day)s::date
       FOR NO KEY UPDATE OF quota
), mine AS (
    -- Counted, not joined: the hand is always locked after the quota, and a cluster can't pass on what is locked beside a joined part.
    SELECT hand.cap - hand.held AS free
      FROM pools_hand AS hand
     WHERE hand.city_id = %(city_id)s::int AND hand.staff_id = %(staff_id)s::bigint AND hand.held < hand.cap
       AND hand.store_id IN (0, %(store_id)s::bigint)  -- who leaves or moves meanwhile receives nothing more
       AND (SELECT count(*) FROM quota) > 0
       FOR NO KEY UPDATE
), spot AS (
    SELECT %(pool_id)s::bigint AS pool_id, quota.*, least(%(n)s::int, quota.unused, free) AS room
      FROM quota, mine
)
