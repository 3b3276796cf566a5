-- The next members of a pool, by their numbers, for a walk over all of it.
SELECT entry.member_id FROM pools_entry AS entry
 WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = %(pool_id)s::bigint AND entry.member_id > %(after)s::bigint
 ORDER BY entry.member_id
 LIMIT %(size)s::int
