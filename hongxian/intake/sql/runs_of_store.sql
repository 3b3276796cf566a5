-- A store's newest runs. Whoever works on a run holds a lock that dies with its process: running without it is interrupted.
SELECT /*include intake/run*/
 WHERE run.city_id = %(city_id)s::int AND run.store_id = %(store_id)s::bigint
 ORDER BY run.created_at DESC, run.id DESC
 LIMIT %(most)s::int
