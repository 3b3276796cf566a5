-- The newest days of a city, of some that are over, that are not folded.
SELECT day.begins
  FROM generate_series(%(since)s::timestamptz, %(until)s::timestamptz, interval '1 day', 'Asia/Shanghai') AS day (begins)
 WHERE NOT EXISTS (SELECT FROM outreach_daysum AS sums
                    WHERE sums.city_id = %(city_id)s::int AND sums.begins = day.begins AND sums.store_id = 0 AND sums.team_id = 0)
 ORDER BY day.begins DESC
 LIMIT %(most)s::int
