-- Takes these members' rows in the order of their numbers; whom somebody is working on is left out.
SELECT member.id AS member_id FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[])
 ORDER BY member.id
   FOR NO KEY UPDATE SKIP LOCKED
