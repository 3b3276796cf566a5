-- What must be known of a member before they are erased.
SELECT member.number_hashes, member.state, member.person_id, member.created_at FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
