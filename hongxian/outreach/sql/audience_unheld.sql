-- The next of those whom nobody holds in one pool within a store's reach, in the name of whoever asks; by member number.
SELECT entry.member_id, %(staff_id)s::bigint AS staff_id, %(asking_team_id)s::bigint AS team_id
  FROM pools_entry AS entry
 WHERE entry.city_id = %(city_id)s::int AND entry.member_id > %(after)s::bigint
   AND entry.pool_id = (SELECT pool.id FROM pools_pool AS pool
                         WHERE pool.id = %(pool_id)s::bigint AND pool.city_id = %(city_id)s::int
                           AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint))
   AND entry.sex = ANY (%(sexes)s::text[]) AND entry.rank BETWEEN %(best_rank)s::bigint AND %(worst_rank)s::bigint
   AND /*include pools/within_filters*/
 ORDER BY entry.member_id
 LIMIT %(most)s::int
