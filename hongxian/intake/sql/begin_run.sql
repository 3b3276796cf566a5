-- Begins a run at its first row; what an interrupted try has reported is reported anew.
WITH lines AS (
    DELETE FROM intake_line AS line WHERE line.city_id = %(city_id)s::int AND line.run_id = %(run_id)s::bigint
)
UPDATE intake_run AS run
   SET state = 'running', rows = %(rows)s::int, rows_done = 0, summary = '{}', failure = '', started_at = %(now)s::timestamptz,
       ended_at = NULL
 WHERE run.city_id = %(city_id)s::int AND run.id = %(run_id)s::bigint
