-- Visits by consultant and hour: booked when they were booked and not called off since, come when the member came, not come when their time began.
SELECT told.staff_id, told.store_id, told.team_id, (told.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
       extract(hour FROM told.at AT TIME ZONE 'Asia/Shanghai')::int AS hour,
       sum(told.booked)::int AS booked, sum(told.arrived)::int AS arrived, sum(told.no_show)::int AS no_show
  FROM (
        SELECT visit.staff_id, visit.store_id, visit.team_id, visit.booked_at AS at, 1 AS booked, 0 AS arrived, 0 AS no_show
          FROM visits_visit AS visit
         WHERE visit.city_id = %(city_id)s::int AND (%(store_id)s::bigint IS NULL OR visit.store_id = %(store_id)s::bigint)
           AND visit.booked_at >= %(since)s::timestamptz AND visit.booked_at < %(until)s::timestamptz
           AND visit.state <> 'cancelled'
        UNION ALL
        SELECT visit.staff_id, visit.store_id, visit.team_id, coalesce(visit.arrived_at, visit.begins), 0,
               (visit.state = 'arrived')::int, (visit.state = 'no_show')::int
          FROM visits_visit AS visit
         WHERE visit.city_id = %(city_id)s::int AND (%(store_id)s::bigint IS NULL OR visit.store_id = %(store_id)s::bigint)
           AND visit.begins >= %(since)s::timestamptz - interval '1 day' AND visit.begins < %(until)s::timestamptz + interval '1 day'
           AND visit.state IN ('arrived', 'no_show')
           AND coalesce(visit.arrived_at, visit.begins) >= %(since)s::timestamptz
           AND coalesce(visit.arrived_at, visit.begins) < %(until)s::timestamptz
       ) AS told
 GROUP BY 1, 2, 3, 4, 5
 ORDER BY 4, 5, 1
