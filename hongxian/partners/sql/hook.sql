-- Where a partner wants to be told.
SELECT hook.name, hook.sealed FROM partners_hook AS hook WHERE hook.partner_id = %(partner_id)s::bigint AND hook.ended_at IS NULL
