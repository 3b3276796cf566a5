SELECT entry.member_id, entry.rank FROM pools_entry AS entry
 WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint
   AND entry.rank >= (SELECT greatest(spot.rank_floor, %(after_rank)s::bigint, /*include pools/start_of*/)
                        FROM (SELECT %(pool_id)s::bigint AS pool_id, %(rank_floor)s::bigint AS rank_floor) AS spot)
   AND (entry.rank, entry.member_id) > (%(after_rank)s::bigint, %(after_member_id)s::bigint)
 ORDER BY entry.rank, entry.member_id
 LIMIT %(size)s::int
