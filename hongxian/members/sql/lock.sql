-- Takes the member's row for a decision that must not be overtaken by a "no".
SELECT member.id AS member_id, member.suppressed_at IS NOT NULL AS suppressed FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
   FOR NO KEY UPDATE
