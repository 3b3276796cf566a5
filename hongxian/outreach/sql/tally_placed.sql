-- Counts a placed call into its consultant's hour and day, in the transaction that places it.
INSERT INTO outreach_tally AS tally (city_id, staff_id, span, begins, store_id, team_id, calls, connects, no_answers, interested,
                                     visits, refusals, placed)
SELECT %(city_id)s::int, %(staff_id)s::bigint, span.name, span.begins, coalesce(%(store_id)s::bigint, 0), coalesce(%(team_id)s::bigint, 0),
       0, 0, 0, 0, 0, 0, 1
  FROM (VALUES ('day', %(day)s::timestamptz), ('hour', %(hour)s::timestamptz)) AS span (name, begins)
    ON CONFLICT (city_id, staff_id, span, begins) DO UPDATE SET placed = tally.placed + 1
