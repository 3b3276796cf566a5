-- The reshuffle that is under way in a city, held for one batch; nothing where another worker has it or there is none.
SELECT walk.month, walk.run, walk.pool_id, walk.seed, walk.walked_to FROM pools_reshuffle AS walk
 WHERE walk.city_id = %(city_id)s::int AND walk.ended_at IS NULL
 ORDER BY walk.month DESC, walk.run DESC
 LIMIT 1
   FOR UPDATE SKIP LOCKED
