-- Invariant: a number leads to the one record that has it; an erased record has none.
WITH number AS MATERIALIZED (
    SELECT number.member_id, number.number_hash FROM members_number AS number WHERE number.city_id = %(city_id)s::int
), member AS MATERIALIZED (
    SELECT member.id, member.state, member.number_hashes FROM members_member AS member WHERE member.city_id = %(city_id)s::int
)
SELECT number.member_id
  FROM number LEFT JOIN member ON member.id = number.member_id
 WHERE (number.number_hash = ANY (member.number_hashes)) IS NOT TRUE
 UNION
SELECT member.id FROM member WHERE member.state = 'erased' AND cardinality(member.number_hashes) > 0
 ORDER BY 1
