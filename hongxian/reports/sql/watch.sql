-- Counts a day of a city's staff: members viewed, viewed at night, tries that were denied, texts sent by hand. A second run counts anew.
INSERT INTO reports_watched AS kept (city_id, staff_id, day, role, store_id, team_id, viewed, night, denied, texted)
SELECT %(city_id)s::int, counted.staff_id, %(day)s::date, staff.role, staff.store_id, staff.team_id, sum(counted.viewed)::int,
       sum(counted.night)::int, sum(counted.denied)::int, sum(counted.texted)::int
  FROM (SELECT trace.staff_id, count(DISTINCT looked.member_id) AS viewed,
               count(DISTINCT looked.member_id) FILTER (WHERE extract(hour FROM trace.at AT TIME ZONE 'Asia/Shanghai') NOT BETWEEN 7 AND 21)
                 AS night,
               count(DISTINCT trace.id) FILTER (WHERE trace.outcome = 'denied' AND trace.process = 'desk'
                                                  AND trace.reason = ANY (%(reasons)s::text[])) AS denied,
               0 AS texted
          FROM audit_trace AS trace
          LEFT JOIN LATERAL unnest(trace.member_ids) AS looked (member_id)
            ON trace.outcome = 'allowed' AND trace.action = ANY (%(views)s::text[])
         WHERE trace.city_id = %(city_id)s::int AND trace.at >= %(begins)s::timestamptz AND trace.at < %(ends)s::timestamptz
           AND trace.staff_id > 0
         GROUP BY trace.staff_id
         UNION ALL
        SELECT tally.staff_id, 0, 0, 0, sum(tally.handed + tally.dropped)
          FROM outreach_texttally AS tally
         WHERE tally.city_id = %(city_id)s::int AND tally.span = 'day' AND tally.begins = %(begins)s::timestamptz
           AND tally.how IN ('hand', 'library') AND tally.staff_id > 0
         GROUP BY tally.staff_id) AS counted
  JOIN org_staff AS staff ON staff.id = counted.staff_id
 GROUP BY counted.staff_id, staff.id
    ON CONFLICT (city_id, staff_id, day) DO UPDATE
   SET viewed = excluded.viewed, night = excluded.night, denied = excluded.denied, texted = excluded.texted
