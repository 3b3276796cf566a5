-- Takes back what was pushed, and destroys the copy.
UPDATE portal_own_pushed AS pushed SET revoked_at = %(now)s::timestamptz, wrapped = NULL, sealed = NULL
 WHERE pushed.id = ANY (%(ids)s::bigint[]) AND pushed.revoked_at IS NULL
