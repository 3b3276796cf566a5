-- Ends every session of somebody's at once, also one that stands in no list: only the one to keep goes on, under the new number.
UPDATE org_session AS session
   SET ended_at = CASE WHEN session.id = %(keep)s::bigint THEN NULL ELSE %(now)s::timestamptz END,
       epoch = session.epoch + CASE WHEN session.id = %(keep)s::bigint THEN 1 ELSE 0 END
  FROM org_staff AS whose
 WHERE whose.id = %(staff_id)s::bigint AND whose.account_id = session.account_id AND session.ended_at IS NULL
