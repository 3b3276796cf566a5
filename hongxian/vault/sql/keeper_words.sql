-- The sealed words of one person, for a trace of somebody who has a role that may see them; a store's manager gets those about the store only,
-- and of a suspicion only who has taken its case.
SELECT envelope.id, envelope.member_id, key.kek_id, key.wrapped, envelope.words
  FROM audit_trace AS trace
  LEFT JOIN org_staff AS staff ON staff.id = trace.staff_id AND staff.role = trace.role AND staff.active
  JOIN vault_envelope AS envelope ON envelope.city_id = trace.city_id
  JOIN vault_datakey AS key ON key.city_id = envelope.city_id AND key.envelope_id = envelope.id
 WHERE trace.city_id = %(city_id)s::int AND trace.at = %(at)s::timestamptz AND trace.id = %(id)s::bigint
   AND envelope.city_id = %(city_id)s::int AND key.city_id = %(city_id)s::int AND envelope.member_id = ANY (%(subjects)s::bigint[])
   AND envelope.held = trace.fields AND trace.role = ANY (%(roles)s::text[])
   AND (staff.id IS NOT NULL OR trace.role = 'member' AND trace.process = 'portal' AND trace.staff_id = 0)
   AND (trace.role <> 'store_manager' OR envelope.store_id = staff.store_id)
   AND (envelope.held <> ARRAY['report_text']
        OR EXISTS (SELECT FROM vault_reader AS reader
                    WHERE reader.city_id = %(city_id)s::int AND reader.subject = envelope.member_id
                      AND reader.staff_id = trace.staff_id AND reader.until > %(now)s::timestamptz))
 ORDER BY envelope.id
