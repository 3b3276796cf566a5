-- Writes grades with what they were made from.
UPDATE members_member AS member
   SET grade = given.grade, grade_score = given.score, grade_inputs = given.inputs::jsonb
  FROM unnest(%(member_ids)s::bigint[], %(grades)s::text[], %(scores)s::int[], %(inputs)s::text[]) AS given(member_id, grade, score, inputs)
 WHERE member.city_id = %(city_id)s::int AND member.id = given.member_id
