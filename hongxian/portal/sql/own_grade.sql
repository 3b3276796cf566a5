-- The visitor's own grade and what it was made from.
SELECT member.grade AS letter, member.grade_score AS score, member.grade_inputs AS inputs, member.profiling_off AS off
  FROM portal_own_member AS member
