-- The visit behind a token, if it is a full one that runs, of a member whose record they may see themselves.
SELECT visit.member_id
  FROM vault_visit AS visit
  JOIN members_member AS member ON member.city_id = visit.city_id AND member.id = visit.member_id
 WHERE visit.token_hash = %(token_hash)s::bytea AND visit.scope = 'full' AND visit.ended_at IS NULL
   AND visit.until > %(now)s::timestamptz AND visit.opened_at <= %(now)s::timestamptz + interval '1 minute' AND visit.city_id = %(city_id)s::int
   AND member.city_id = %(city_id)s::int AND member.state IN ('live', 'minor', 'restricted')
