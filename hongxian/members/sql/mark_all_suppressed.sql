-- Marks the city's records when their numbers say no.
UPDATE members_member AS member SET suppressed_at = %(now)s::timestamptz
 WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[]) AND member.suppressed_at IS NULL
