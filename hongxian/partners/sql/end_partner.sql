-- Ends a partner.
UPDATE partners_partner AS partner
   SET ended_by = %(staff_id)s::bigint, ended_at = %(now)s::timestamptz, ended_why = %(why)s::text
 WHERE partner.id = %(partner_id)s::bigint AND partner.ended_at IS NULL
