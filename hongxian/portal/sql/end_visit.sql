-- The visitor leaves.
UPDATE portal_own_visit AS visit SET ended_at = %(now)s::timestamptz WHERE visit.ended_at IS NULL
