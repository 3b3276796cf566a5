-- Ends one session of somebody's own; the next request in it finds nobody signed in.
UPDATE org_session AS session
   SET ended_at = %(now)s::timestamptz
  FROM org_staff AS staff
 WHERE session.id = %(session_id)s::bigint AND session.ended_at IS NULL
   AND staff.id = %(staff_id)s::bigint AND staff.account_id = session.account_id
