-- What was known of each of some spans at its own moment, and what came: the only numbers that a forecast is made of.
SELECT span.begins,
       count(*) FILTER (WHERE visit.known)::int AS known,
       count(*) FILTER (WHERE visit.known AND visit.came)::int AS known_came,
       count(*) FILTER (WHERE visit.came AND NOT visit.known)::int AS late_came,
       count(*) FILTER (WHERE visit.still_open)::int AS still_open
  FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[], %(asked)s::timestamptz[]) AS span (begins, ends, asked)
  LEFT JOIN LATERAL (
        SELECT visit.booked_at <= span.asked AND (visit.cancelled_at IS NULL OR visit.cancelled_at > span.asked) AS known,
               visit.state = 'arrived' AS came, visit.state IN ('booked', 'confirmed') AS still_open
          FROM visits_visit AS visit
         WHERE visit.city_id = %(city_id)s::int AND visit.store_id = %(store_id)s::bigint
           AND visit.begins >= span.begins AND visit.begins < span.ends
       ) AS visit ON true
 GROUP BY span.begins
 ORDER BY span.begins
