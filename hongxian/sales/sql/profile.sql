-- The coarse side of a member who has a contract with this consultant, as matchmaking needs it.
SELECT member.id AS member_id, member.height_cm, member.education, member.occupation, member.income_band, member.housing, member.car
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
