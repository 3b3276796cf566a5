-- Takes members' rows, lowest number first, until the transaction ends. The next statement sees what others did before.
SELECT member.id AS member_id FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[])
 ORDER BY member.id
   FOR NO KEY UPDATE
