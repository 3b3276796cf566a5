-- How many of a manager's people are held up now.
SELECT count(DISTINCT pause.staff_id) AS people
  FROM outreach_pause AS pause
  JOIN org_staff AS staff ON staff.id = pause.staff_id
 WHERE pause.city_id = %(city_id)s::int AND staff.store_id = %(store_id)s::bigint
   AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
   AND pause.ended_at IS NULL AND (pause.until IS NULL OR pause.until > %(now)s::timestamptz)
