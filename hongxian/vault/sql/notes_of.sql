-- Who wrote which note when; what it says only the keeper can tell.
SELECT envelope.id AS envelope_id, envelope.staff_id, coalesce(staff.alias, '') AS alias, envelope.sealed_at
  FROM vault_envelope AS envelope
  LEFT JOIN org_staff AS staff ON staff.id = envelope.staff_id
 WHERE envelope.city_id = %(city_id)s::int AND envelope.member_id = %(member_id)s::bigint AND envelope.held = ARRAY['note']
 ORDER BY envelope.id DESC
 LIMIT 50
