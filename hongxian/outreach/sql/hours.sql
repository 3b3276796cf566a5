-- A store's or team's day by hour, for the chart.
SELECT tally.begins, sum(tally.calls)::int AS calls, sum(tally.connects)::int AS connects, sum(tally.refusals)::int AS refusals,
       sum(tally.visits)::int AS visits
  FROM outreach_tally AS tally
 WHERE tally.city_id = %(city_id)s::int AND tally.store_id = %(store_id)s::bigint AND tally.span = 'hour'
   AND tally.begins >= %(day)s::timestamptz AND tally.begins < %(day)s::timestamptz + interval '1 day'
   AND (%(team_id)s::bigint IS NULL OR tally.team_id = %(team_id)s::bigint)
 GROUP BY tally.begins
 ORDER BY tally.begins
