-- What the visitor pushed to whom, without the words, the newest first.
SELECT pushed.id AS number, pushed.kind, staff.alias, pushed.pushed_at, pushed.until, pushed.revoked_at
  FROM portal_own_pushed AS pushed
  JOIN portal_staff AS staff ON staff.id = pushed.staff_id
 ORDER BY pushed.id DESC
 LIMIT 100
