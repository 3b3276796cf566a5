-- The sealed fields of these members with their wrapped keys, in the order in which they win: the person's own corrections, the
-- newest first, then the oldest envelope first.
SELECT envelope.member_id, envelope.id, key.kek_id, key.wrapped,
       CASE WHEN envelope.corrected THEN envelope.held ELSE '{}' END AS corrected,
       envelope.alias, envelope.name, envelope.number, envelope.wechat,
       envelope.birth, envelope.criteria, envelope.remark, envelope.note
  FROM vault_envelope AS envelope
  JOIN vault_datakey AS key ON key.city_id = envelope.city_id AND key.envelope_id = envelope.id
 WHERE envelope.city_id = %(city_id)s::int AND key.city_id = %(city_id)s::int
   AND envelope.member_id = ANY (%(member_ids)s::bigint[])
   AND envelope.held && %(fields)s::text[]
 ORDER BY envelope.member_id, envelope.corrected DESC, CASE WHEN envelope.corrected THEN -envelope.id ELSE envelope.id END
