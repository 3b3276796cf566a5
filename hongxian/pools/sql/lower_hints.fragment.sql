INSERT INTO pools_hint (city_id, pool_id, rank_floor, starts_at, how, at)
    SELECT %(city_id)s::int, spot.pool_id, spot.rank_floor, spot.rank, 'lowered', %(now)s::timestamptz
      FROM (SELECT back.pool_id, floor.rank_floor, min(back.rank) AS rank
              FROM back JOIN unnest(%(rank_floors)s::bigint[]) AS floor(rank_floor) ON back.rank >= floor.rank_floor
             GROUP BY back.pool_id, floor.rank_floor) AS spot
     WHERE spot.rank < /*include pools/start_of*/
