-- Holds one of the manager's own consultants up, unless they are held up already until somebody ends it.
WITH held_up AS MATERIALIZED (
    SELECT pause.id FROM outreach_pause AS pause
     WHERE pause.city_id = %(city_id)s::int AND pause.staff_id = %(staff_id)s::bigint AND pause.channel = 'sms'
       AND pause.ended_at IS NULL AND pause.until IS NULL
)
INSERT INTO outreach_pause (city_id, staff_id, store_id, channel, reason, seen, since)
SELECT %(city_id)s::int, staff.id, staff.store_id, 'sms', 'manager', '{}', %(now)s::timestamptz
  FROM org_staff AS staff
 WHERE staff.id = %(staff_id)s::bigint AND staff.store_id = %(store_id)s::bigint AND staff.role = 'consultant' AND staff.active
   AND (%(team_id)s::bigint IS NULL OR staff.team_id = %(team_id)s::bigint)
   AND NOT EXISTS (SELECT FROM held_up)
RETURNING id AS pause_id
