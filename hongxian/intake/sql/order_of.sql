-- What a run is to do.
SELECT run.store_id, run.staff_id, run.as_of, run.dry, run.state, run.mapping::text AS mapping FROM intake_run AS run
 WHERE run.city_id = %(city_id)s::int AND run.id = %(run_id)s::bigint
