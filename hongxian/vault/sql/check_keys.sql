-- Invariant: an envelope has its key, a key its envelope, and of who was erased there is neither.
SELECT envelope.id AS envelope_id, coalesce(envelope.member_id, key.member_id) AS member_id,
       CASE WHEN member.state = 'erased' THEN 'erased' WHEN key.envelope_id IS NULL THEN 'no key' ELSE 'no envelope' END AS what
  FROM (SELECT envelope.id, envelope.member_id FROM vault_envelope AS envelope WHERE envelope.city_id = %(city_id)s::int) AS envelope
  FULL JOIN (SELECT key.envelope_id, key.member_id FROM vault_datakey AS key WHERE key.city_id = %(city_id)s::int) AS key
    ON key.envelope_id = envelope.id
  LEFT JOIN members_member AS member
    ON member.city_id = %(city_id)s::int AND member.id = coalesce(envelope.member_id, key.member_id)
 WHERE key.envelope_id IS NULL OR envelope.id IS NULL OR member.state = 'erased'
 ORDER BY 2, 1
