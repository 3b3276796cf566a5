-- Ends a pause of the manager's own people that still runs; nobody ends their own.
UPDATE outreach_pause AS pause
   SET ended_by = %(ended_by)s::bigint, ended_at = %(now)s::timestamptz, ended_why = %(why)s::text
  FROM org_staff AS staff
 WHERE pause.city_id = %(city_id)s::int AND pause.id = %(pause_id)s::bigint AND staff.store_id = %(store_id)s::bigint
   AND staff.id = pause.staff_id AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
   AND pause.staff_id <> %(ended_by)s::bigint AND pause.ended_at IS NULL
   AND (pause.until IS NULL OR pause.until > %(now)s::timestamptz)
RETURNING pause.staff_id, pause.reason
