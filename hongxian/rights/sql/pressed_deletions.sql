-- Deletions that people pressed in the portal, without a word to anybody, and that still wait; of everybody, or of one.
SELECT request.member_id
  FROM rights_request AS request
  JOIN members_member AS member ON member.city_id = request.city_id AND member.id = request.member_id
 WHERE request.city_id = %(city_id)s::int AND member.city_id = %(city_id)s::int
   AND request.kind = 'delete' AND request.state = 'open' AND request.pressed AND member.state = 'restricted'
   AND (%(member_id)s::bigint IS NULL OR request.member_id = %(member_id)s::bigint)
   AND request.opened_at < %(before)s::timestamptz
