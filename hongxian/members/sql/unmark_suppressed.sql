-- The number's "no" was lifted by the person: the city's record says so no more.
UPDATE members_member AS member SET suppressed_at = NULL
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint AND member.suppressed_at IS NOT NULL
