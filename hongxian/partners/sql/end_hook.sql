-- A partner is told nothing more at that address.
UPDATE partners_hook AS hook
   SET ended_by = %(staff_id)s::bigint, ended_at = %(now)s::timestamptz, ended_why = %(why)s::text
 WHERE hook.partner_id = %(partner_id)s::bigint AND hook.ended_at IS NULL
