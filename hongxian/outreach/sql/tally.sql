-- Counts a call into its consultant's hour and day, in the transaction that files it.
INSERT INTO outreach_tally AS tally (city_id, staff_id, span, begins, store_id, team_id, calls, connects, no_answers, interested,
                                     visits, refusals)
SELECT %(city_id)s::int, %(staff_id)s::bigint, span.name, span.begins, coalesce(%(store_id)s::bigint, 0), coalesce(%(team_id)s::bigint, 0),
       1, %(connects)s::int, %(no_answers)s::int, %(interested)s::int, %(visits)s::int, %(refusals)s::int
  FROM (VALUES ('day', %(day)s::timestamptz), ('hour', %(hour)s::timestamptz)) AS span (name, begins)
    ON CONFLICT (city_id, staff_id, span, begins) DO UPDATE
   SET calls = tally.calls + excluded.calls, connects = tally.connects + excluded.connects,
       no_answers = tally.no_answers + excluded.no_answers, interested = tally.interested + excluded.interested,
       visits = tally.visits + excluded.visits, refusals = tally.refusals + excluded.refusals
