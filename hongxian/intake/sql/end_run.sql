-- The last row is done.
UPDATE intake_run AS run SET state = 'done', summary = %(summary)s::jsonb, ended_at = %(now)s::timestamptz
 WHERE run.city_id = %(city_id)s::int AND run.id = %(run_id)s::bigint
