-- Retention: what was pushed and is over, with its key; what was taken back is empty already, and its line goes later.
DELETE FROM vault_pushed AS pushed
 WHERE pushed.city_id = %(city_id)s::int AND (pushed.until < %(now)s::timestamptz OR pushed.revoked_at < %(before)s::timestamptz)
