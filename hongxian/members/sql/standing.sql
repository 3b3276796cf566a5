-- How a record stands, without anything that says who it is.
SELECT member.id AS member_id, member.state, member.birth_year, member.suppressed_at IS NOT NULL AS suppressed, member.store_id
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
