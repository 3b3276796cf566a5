-- Letters that this member sent, sealed, by their numbers; of nobody whose record is not live.
SELECT sent.id, sent.kek_id, sent.wrapped, sent.sealed
  FROM letters_sent AS sent
 WHERE sent.city_id = %(city_id)s::int AND sent.member_id = %(member_id)s::bigint AND sent.id = ANY (%(ids)s::bigint[])
   AND EXISTS (SELECT FROM members_member AS member
                WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint AND member.state = 'live')
