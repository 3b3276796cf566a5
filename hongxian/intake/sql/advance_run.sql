-- Counts the rows of a batch, in its transaction.
UPDATE intake_run AS run SET rows_done = run.rows_done + %(rows)s::int
 WHERE run.city_id = %(city_id)s::int AND run.id = %(run_id)s::bigint
