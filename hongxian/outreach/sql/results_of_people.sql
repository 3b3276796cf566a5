-- What came of the calls of a store's people between two moments, from the days' counts.
SELECT tally.staff_id, sum(tally.calls)::int AS calls, sum(tally.connects)::int AS connects, sum(tally.interested)::int AS interested,
       sum(tally.refusals)::int AS refusals
  FROM outreach_tally AS tally
 WHERE tally.city_id = %(city_id)s::int AND tally.store_id = %(store_id)s::bigint AND tally.span = 'day'
   AND tally.begins >= %(since)s::timestamptz AND tally.begins < %(until)s::timestamptz
 GROUP BY tally.staff_id
