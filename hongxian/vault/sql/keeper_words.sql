-- The sealed words of the one person whom a trace names, for a role of its purpose; a store's manager gets those about the
-- store only, and of a suspicion only who has taken its case.
SELECT envelope.id, envelope.member_id, key.kek_id, key.wrapped, envelope.words
  FROM audit_trace AS trace
  JOIN vault_envelope AS envelope ON envelope.city_id = trace.city_id AND envelope.member_id = trace.member_ids[1]
  JOIN vault_datakey AS key ON key.city_id = envelope.city_id AND key.envelope_id = envelope.id
 WHERE trace.city_id = %(city_id)s::int AND trace.at = %(at)s::timestamptz AND trace.id = %(id)s::bigint
   AND envelope.city_id = %(city_id)s::int AND key.city_id = %(city_id)s::int
   AND cardinality(trace.member_ids) = 1 AND envelope.held = trace.fields AND trace.role = ANY (%(roles)s::text[])
   AND (trace.role <> 'store_manager' OR envelope.store_id = trace.store_id)
   AND (envelope.held <> ARRAY['report_text']
        OR EXISTS (SELECT FROM vault_reader AS reader
                    WHERE reader.city_id = %(city_id)s::int AND reader.subject = envelope.member_id
                      AND reader.staff_id = trace.staff_id AND reader.until > %(now)s::timestamptz))
 ORDER BY envelope.id
