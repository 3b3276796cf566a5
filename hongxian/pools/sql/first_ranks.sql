-- For every pool of a city and every tier's floor: the first entry, and where the newest hint stands.
SELECT pool.id AS pool_id, floor.rank_floor,
       (SELECT entry.rank FROM pools_entry AS entry
         WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = pool.id AND entry.rank >= floor.rank_floor
         ORDER BY entry.rank LIMIT 1) AS first_rank,
       (SELECT hint.starts_at FROM pools_hint AS hint
         WHERE hint.city_id = %(city_id)s::int AND hint.pool_id = pool.id AND hint.rank_floor = floor.rank_floor
         ORDER BY hint.id DESC LIMIT 1) AS starts_at
  FROM pools_pool AS pool
 CROSS JOIN (SELECT DISTINCT (ascii(rule.best_grade) - ascii('A'))::bigint << 40 AS rank_floor FROM org_tierrule AS rule) AS floor
 WHERE pool.city_id = %(city_id)s::int
