-- What these records say already, for filling their blanks.
SELECT member.id AS member_id, member.store_id, member.origin, member.state, member.suppressed_at IS NOT NULL AS suppressed,
       member.contact_until, member.source, member.registered_on, member.sex, member.birth_year,
       member.height_cm, member.education, member.income_band, member.marital, member.housing, member.car, member.home_city,
       member.district, member.occupation, member.intends, member.has_criteria,
       ARRAY(SELECT DISTINCT correction.field FROM members_correction AS correction
              WHERE correction.city_id = %(city_id)s::int AND correction.member_id = member.id) AS corrected
  FROM members_member AS member
 WHERE member.city_id = %(city_id)s::int AND member.id = ANY (%(member_ids)s::bigint[])
