-- Pauses of a store's or team's people: what runs, and what ended lately.
SELECT pause.id AS pause_id, pause.staff_id, staff.alias, staff.employee_no, coalesce(team.name, '') AS team_name,
       pause.reason, pause.seen::text AS seen, pause.since, pause.until,
       pause.ended_at IS NULL AND (pause.until IS NULL OR pause.until > %(now)s::timestamptz) AS running,
       pause.ended_at, coalesce(ender.alias, '') AS ended_by, pause.ended_why
  FROM outreach_pause AS pause
  JOIN org_staff AS staff ON staff.id = pause.staff_id
  LEFT JOIN org_team AS team ON team.id = staff.team_id
  LEFT JOIN org_staff AS ender ON ender.id = pause.ended_by
 WHERE pause.city_id = %(city_id)s::int AND staff.store_id = %(store_id)s::bigint
   AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
   AND (pause.since >= %(since)s::timestamptz
        OR (pause.ended_at IS NULL AND (pause.until IS NULL OR pause.until > %(now)s::timestamptz)))
 ORDER BY pause.ended_at IS NULL AND (pause.until IS NULL OR pause.until > %(now)s::timestamptz) DESC, pause.since DESC
 LIMIT %(limit)s::int
