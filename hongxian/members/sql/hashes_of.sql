-- The keyed hashes of a member's number, and the store that brought them in.
SELECT member.number_hashes, member.store_id, member.state FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
