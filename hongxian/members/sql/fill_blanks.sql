-- What a later row tells fills blanks only; the last day of contact is set where given.
UPDATE members_member AS member
   SET source = coalesce(nullif(member.source, ''), fresh.source, ''),
       registered_on = coalesce(member.registered_on, fresh.registered_on),
       sex = coalesce(nullif(member.sex, ''), fresh.sex, ''),
       birth_year = coalesce(member.birth_year, fresh.birth_year),
       height_cm = coalesce(member.height_cm, fresh.height_cm),
       education = coalesce(nullif(member.education, ''), fresh.education, ''),
       income_band = coalesce(nullif(member.income_band, ''), fresh.income_band, ''),
       marital = coalesce(nullif(member.marital, ''), fresh.marital, ''),
       housing = coalesce(nullif(member.housing, ''), fresh.housing, ''),
       car = coalesce(nullif(member.car, ''), fresh.car, ''),
       home_city = coalesce(nullif(member.home_city, ''), fresh.home_city, ''),
       district = coalesce(nullif(member.district, ''), fresh.district, ''),
       occupation = coalesce(nullif(member.occupation, ''), fresh.occupation, ''),
       intends = member.intends OR coalesce(fresh.intends, false),
       has_criteria = member.has_criteria OR coalesce(fresh.has_criteria, false),
       contact_until = coalesce(fresh.contact_until, member.contact_until)
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS fresh (
       id bigint, source text, registered_on date, sex text, birth_year smallint, height_cm smallint, education text, income_band text,
       marital text, housing text, car text, home_city text, district text, occupation text, intends boolean, has_criteria boolean,
       contact_until date)
 WHERE member.city_id = %(city_id)s::int AND member.id = fresh.id
