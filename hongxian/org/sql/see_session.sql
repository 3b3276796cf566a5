-- A session was used; written at most once in a while.
UPDATE org_session SET seen_at = %(now)s::timestamptz WHERE id = %(session_id)s::bigint AND seen_at < %(now)s::timestamptz
