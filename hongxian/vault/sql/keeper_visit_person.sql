-- Whose number a full visit that runs is about, with a record or without; nobody who has been erased.
SELECT visit.city_id, visit.member_id, visit.number_hashes
  FROM vault_visit AS visit
  LEFT JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.city_id = visit.city_id AND member.id = visit.member_id
 WHERE visit.token_hash = %(token_hash)s::bytea AND visit.scope = 'full' AND visit.ended_at IS NULL
   AND visit.until > %(now)s::timestamptz AND visit.opened_at <= %(now)s::timestamptz + interval '1 minute' AND coalesce(member.state, '') <> 'erased'
