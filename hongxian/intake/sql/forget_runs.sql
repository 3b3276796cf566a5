-- Retention: imports past their time with every line of theirs.
WITH run AS (
    DELETE FROM intake_run AS old WHERE old.city_id = %(city_id)s::int AND old.created_at < %(before)s::timestamptz RETURNING old.id
)
DELETE FROM intake_line AS line USING run WHERE line.city_id = %(city_id)s::int AND line.run_id = run.id
