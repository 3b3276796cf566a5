-- Marks the city's record when its number says no.
UPDATE members_member AS member SET suppressed_at = %(now)s::timestamptz
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint AND member.suppressed_at IS NULL
