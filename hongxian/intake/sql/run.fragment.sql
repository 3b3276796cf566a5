run.city_id, run.id AS run_id, run.store_id, store.code AS store_code, store.name AS store_name, run.staff_id,
       coalesce(staff.alias, '') AS staff_alias, run.file_name, run.as_of, run.dry,
       CASE WHEN run.state = 'running'
             AND NOT EXISTS (SELECT FROM pg_locks AS lock
                              WHERE lock.locktype = 'advisory' AND lock.classid = 7101 AND lock.objsubid = 2 AND lock.granted
                                AND lock.objid = mod(run.id, 2147483647)::oid
                                AND lock.database = (SELECT here.oid FROM pg_database AS here WHERE here.datname = current_database()))
            THEN 'interrupted' ELSE run.state END AS state,
       run.failure, run.mapping, run.rows, run.rows_done, run.summary, run.created_at, run.started_at, run.ended_at
  FROM intake_run AS run
  JOIN org_store AS store ON store.id = run.store_id
  LEFT JOIN org_staff AS staff ON staff.id = run.staff_id
