-- Which fields these members' envelopes hold, without opening any.
SELECT envelope.member_id, array_agg(DISTINCT field.name) AS held
  FROM vault_envelope AS envelope, unnest(envelope.held) AS field (name)
 WHERE envelope.city_id = %(city_id)s::int AND envelope.member_id = ANY (%(member_ids)s::bigint[])
 GROUP BY envelope.member_id
