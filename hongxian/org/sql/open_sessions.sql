-- Somebody's sessions that may go on, the one used last first. Those of before they last moved are dead, and not among them.
SELECT session.id AS session_id, session.how, session.device, session.begun_at, session.seen_at
  FROM org_session AS session
  JOIN org_staff AS staff ON staff.account_id = session.account_id AND staff.session_epoch = session.epoch
 WHERE staff.id = %(staff_id)s::bigint AND session.ended_at IS NULL AND session.until > %(now)s::timestamptz
 ORDER BY session.seen_at DESC, session.id DESC
