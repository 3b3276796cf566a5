-- One run, as the store's pages see it.
SELECT /*include intake/run*/
 WHERE run.city_id = %(city_id)s::int AND run.id = %(run_id)s::bigint
