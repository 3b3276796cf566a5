(SELECT min(hint.starts_at) FROM pools_hint AS hint
  WHERE hint.city_id = %(city_id)s::int AND hint.pool_id = spot.pool_id AND hint.rank_floor = spot.rank_floor
    -- A range with two ends: with one the planner expects a third of the table, and reads all of it.
    AND hint.id <= 9223372036854775807 AND hint.id >= (SELECT newest.id FROM pools_hint AS newest
                     WHERE newest.city_id = %(city_id)s::int AND newest.pool_id = spot.pool_id
                       AND newest.rank_floor = spot.rank_floor AND newest.how <> 'lowered'
                     ORDER BY newest.id DESC LIMIT 1))
