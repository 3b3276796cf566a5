-- What remains of an erased member: a number that append-only rows refer to, and the day.
WITH numbers AS (
    DELETE FROM members_number AS number WHERE number.city_id = %(city_id)s::int AND number.member_id = %(member_id)s::bigint
), corrections AS (
    DELETE FROM members_correction AS correction
     WHERE correction.city_id = %(city_id)s::int AND correction.member_id = %(member_id)s::bigint
)
UPDATE members_member AS member
   SET state = 'erased', number_hashes = '{}', sex = '', birth_year = NULL, height_cm = NULL, education = '', income_band = '',
       marital = '', housing = '', car = '', home_city = '', district = '', occupation = '', source = '', registered_on = NULL,
       intends = false, has_criteria = false, grade = 'C', grade_score = 0, grade_inputs = '{}', contact_until = NULL,
       last_contact_at = NULL, contacts = 0, profiling_off = false, origin = 'erased ' || member.id
 WHERE member.city_id = %(city_id)s::int AND member.id = %(member_id)s::bigint
