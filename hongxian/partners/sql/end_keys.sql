-- Ends all keys of a partner.
UPDATE partners_key AS key
   SET ended_by = %(staff_id)s::bigint, ended_at = %(now)s::timestamptz, ended_why = %(why)s::text
 WHERE key.partner_id = %(partner_id)s::bigint AND key.ended_at IS NULL
