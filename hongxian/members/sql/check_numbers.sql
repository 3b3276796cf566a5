-- Invariant: a number leads to the one record that has it; an erased record has none.
SELECT number.member_id
  FROM members_number AS number
  LEFT JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = number.member_id
 WHERE number.city_id = %(city_id)s::int AND (number.number_hash = ANY (member.number_hashes)) IS NOT TRUE
 UNION
SELECT member.id
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.state = 'erased' AND cardinality(member.number_hashes) > 0
 ORDER BY 1
