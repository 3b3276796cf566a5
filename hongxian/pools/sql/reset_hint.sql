-- Appends where the living begin for a floor, looking from the floor itself, unless that was done a moment ago. Only under
-- the pool's hint lock.
WITH spot AS (
    SELECT %(pool_id)s::bigint AS pool_id, %(rank_floor)s::bigint AS rank_floor
     WHERE NOT EXISTS (SELECT FROM pools_hint AS hint
                        WHERE hint.city_id = %(city_id)s::int AND hint.pool_id = %(pool_id)s::bigint
                          AND hint.rank_floor = %(rank_floor)s::bigint AND hint.how = 'reset'
                          AND hint.at > %(now)s::timestamptz - make_interval(secs => %(not_within)s::int))
), known AS (
    SELECT spot.pool_id, spot.rank_floor, greatest(spot.rank_floor, /*include pools/start_of*/) AS starts_at FROM spot
), added AS (
    INSERT INTO pools_hint (city_id, pool_id, rank_floor, starts_at, how, at)
    SELECT %(city_id)s::int, known.pool_id, known.rank_floor,
           coalesce((SELECT entry.rank FROM pools_entry AS entry
                      WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint
                        AND entry.rank >= %(rank_floor)s::bigint
                      ORDER BY entry.rank LIMIT 1), 9223372036854775807), 'reset', %(now)s::timestamptz
      FROM known
    RETURNING starts_at
)
SELECT added.starts_at, added.starts_at < known.starts_at AS lower FROM added, known
