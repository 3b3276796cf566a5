-- Nothing was read.
UPDATE intake_run AS run SET state = 'failed', failure = %(failure)s::text, ended_at = %(now)s::timestamptz
 WHERE run.city_id = %(city_id)s::int AND run.id = %(run_id)s::bigint AND run.state <> 'done'
