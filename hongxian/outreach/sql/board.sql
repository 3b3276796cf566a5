-- One line a consultant: the tallies of this hour and today, today's claims, and what is in hand.
SELECT staff.id AS staff_id, staff.alias, coalesce(team.name, '') AS team_name, coalesce(staff.tier, '') AS tier,
       coalesce(hand.held, 0)::int AS held, coalesce(hand.cap, 0)::int AS hand_cap,
       coalesce(quota.claims, 0)::int AS claims,
       coalesce(hour.calls, 0) AS hour_calls, coalesce(hour.connects, 0) AS hour_connects,
       coalesce(day.calls, 0) AS calls, coalesce(day.connects, 0) AS connects, coalesce(day.no_answers, 0) AS no_answers,
       coalesce(day.interested, 0) AS interested, coalesce(day.visits, 0) AS visits, coalesce(day.refusals, 0) AS refusals,
       coalesce(day.placed, 0) AS placed, coalesce(day.talked, 0) AS talked, coalesce(day.talk_seconds, 0) AS talk_seconds
  FROM org_staff AS staff
  LEFT JOIN org_team AS team ON team.id = staff.team_id
  LEFT JOIN pools_hand AS hand ON hand.city_id = %(city_id)s::int AND hand.staff_id = staff.id
  LEFT JOIN (SELECT each.staff_id, sum(each.used) AS claims FROM pools_quota AS each
              WHERE each.city_id = %(city_id)s::int AND each.day = %(today)s::date GROUP BY each.staff_id) AS quota
         ON quota.staff_id = staff.id
  LEFT JOIN outreach_tally AS hour ON hour.city_id = %(city_id)s::int AND hour.staff_id = staff.id AND hour.span = 'hour'
         AND hour.begins = %(hour)s::timestamptz
  LEFT JOIN outreach_tally AS day ON day.city_id = %(city_id)s::int AND day.staff_id = staff.id AND day.span = 'day'
         AND day.begins = %(day)s::timestamptz
 WHERE staff.active AND staff.role = 'consultant' AND staff.store_id = %(store_id)s::bigint
   AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
 ORDER BY team.id, staff.employee_no
