-- A city's or a store's day by hour, for the board's chart.
SELECT extract(hour FROM tally.begins AT TIME ZONE 'Asia/Shanghai')::int AS hour, sum(tally.calls)::bigint AS calls,
       sum(tally.connects)::bigint AS connects, sum(tally.refusals)::bigint AS refusals
  FROM outreach_tally AS tally
 WHERE tally.city_id = %(city_id)s::int AND tally.span = 'hour' AND tally.begins >= %(begins)s::timestamptz
   AND tally.begins < %(ends)s::timestamptz
   AND (%(store_id)s::bigint IS NULL OR tally.store_id = %(store_id)s::bigint)
 GROUP BY 1
 ORDER BY 1
