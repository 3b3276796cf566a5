-- Appends where the living begin for a tier, looking from the newest hint on. Only under the pool's hint lock.
WITH spot AS (
    SELECT %(pool_id)s::bigint AS pool_id, (strpos('ABCDE', rule.best_grade) - 1)::bigint << 40 AS rank_floor
      FROM /*include org/tier_rules*/ WHERE rule.tier = %(tier)s::text
), known AS (
    SELECT spot.pool_id, spot.rank_floor, greatest(spot.rank_floor, /*include pools/start_of*/) AS starts_at FROM spot
)
INSERT INTO pools_hint (city_id, pool_id, rank_floor, starts_at, how, at)
SELECT %(city_id)s::int, known.pool_id, known.rank_floor, first.rank, 'advanced', %(now)s::timestamptz
  FROM known, (
       SELECT coalesce((SELECT entry.rank FROM pools_entry AS entry
                         WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint
                           AND entry.rank >= (SELECT known.starts_at FROM known)
                         ORDER BY entry.rank LIMIT 1), 9223372036854775807) AS rank) AS first
 WHERE first.rank > known.starts_at
