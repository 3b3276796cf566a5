-- Puts a run in line, as corrected: for the first time, for real after a dry run, or again after an interruption or a failure.
UPDATE intake_run AS run SET state = 'queued', as_of = %(as_of)s::date, dry = %(dry)s::boolean, mapping = %(mapping)s::jsonb, failure = ''
 WHERE run.city_id = %(city_id)s::int AND run.id = %(run_id)s::bigint
   AND (run.state IN ('uploaded', 'running', 'failed') OR (run.state = 'done' AND run.dry))
