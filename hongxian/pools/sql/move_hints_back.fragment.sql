INSERT INTO pools_hint (city_id, pool_id, rank_floor, starts_at)
    SELECT %(city_id)s::int, first.pool_id, first.rank_floor, first.rank
      FROM (SELECT back.pool_id, floor.rank_floor, min(back.rank) AS rank
              FROM back
              JOIN (SELECT DISTINCT (ascii(rule.best_grade) - ascii('A'))::bigint << 40 AS rank_floor FROM org_tierrule AS rule) AS floor
                   ON floor.rank_floor <= back.rank
             GROUP BY back.pool_id, floor.rank_floor) AS first
     WHERE first.rank < (SELECT hint.starts_at FROM pools_hint AS hint
                          WHERE hint.city_id = %(city_id)s::int AND hint.pool_id = first.pool_id
                            AND hint.rank_floor = first.rank_floor
                          ORDER BY hint.id DESC LIMIT 1)
