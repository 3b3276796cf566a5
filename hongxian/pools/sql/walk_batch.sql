-- The next members of a city's pools, by their numbers, for a walk over all of them.
SELECT entry.member_id, entry.pool_id FROM pools_entry AS entry
 WHERE entry.city_id = %(city_id)s::int AND entry.member_id > %(after)s::bigint
 ORDER BY entry.member_id
 LIMIT %(size)s::int
