-- Ends a key of a partner: no row where it is not the partner's, 0 where it was ended before.
WITH known AS (
    SELECT key.id FROM partners_key AS key WHERE key.id = %(key_id)s::bigint AND key.partner_id = %(partner_id)s::bigint
), ended AS (
    UPDATE partners_key AS key
       SET ended_by = %(staff_id)s::bigint, ended_at = %(now)s::timestamptz, ended_why = %(why)s::text
      FROM known
     WHERE key.id = known.id AND key.ended_at IS NULL
    RETURNING key.partner_id
)
SELECT coalesce((SELECT ended.partner_id FROM ended), 0) AS partner_id FROM known
