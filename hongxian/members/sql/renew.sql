-- What a partner tells anew of those whom it brought: what the person corrected, and what it does not tell, stays.
UPDATE members_member AS member
   SET height_cm = CASE WHEN 'height_cm' = ANY (theirs.fields) THEN member.height_cm ELSE coalesce(fresh.height_cm, member.height_cm) END,
       education = CASE WHEN 'education' = ANY (theirs.fields) THEN member.education ELSE coalesce(fresh.education, member.education) END,
       income_band = CASE WHEN 'income_band' = ANY (theirs.fields) THEN member.income_band ELSE coalesce(fresh.income_band, member.income_band) END,
       marital = CASE WHEN 'marital' = ANY (theirs.fields) THEN member.marital ELSE coalesce(fresh.marital, member.marital) END,
       housing = CASE WHEN 'housing' = ANY (theirs.fields) THEN member.housing ELSE coalesce(fresh.housing, member.housing) END,
       car = CASE WHEN 'car' = ANY (theirs.fields) THEN member.car ELSE coalesce(fresh.car, member.car) END,
       home_city = CASE WHEN 'home_city' = ANY (theirs.fields) THEN member.home_city ELSE coalesce(fresh.home_city, member.home_city) END,
       district = CASE WHEN 'district' = ANY (theirs.fields) THEN member.district ELSE coalesce(fresh.district, member.district) END,
       occupation = CASE WHEN 'occupation' = ANY (theirs.fields) THEN member.occupation ELSE coalesce(fresh.occupation, member.occupation) END
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS fresh (
       id bigint, origin text, height_cm smallint, education text, income_band text, marital text, housing text, car text, home_city text,
       district text, occupation text)
 CROSS JOIN LATERAL (SELECT ARRAY(SELECT DISTINCT correction.field FROM members_correction AS correction
                                   WHERE correction.city_id = %(city_id)s::int AND correction.member_id = fresh.id) AS fields) AS theirs
 WHERE member.city_id = %(city_id)s::int AND member.id = fresh.id AND member.state = 'live' AND starts_with(member.origin, fresh.origin)
