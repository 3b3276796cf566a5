-- Retention: what was pushed and is over goes, with its key; at most so many at once.
DELETE FROM vault_pushed AS pushed
 WHERE pushed.city_id = %(city_id)s::int AND pushed.id = ANY (ARRAY(
       SELECT past.id FROM vault_pushed AS past
        WHERE past.city_id = %(city_id)s::int AND (past.until < %(now)s::timestamptz OR past.revoked_at < %(before)s::timestamptz)
        LIMIT %(size)s::int))
