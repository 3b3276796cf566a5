INSERT INTO pools_entry (city_id, member_id, pool_id, rank, sex, birth_year, height_cm, education, income_band, marital, district, since)
    SELECT %(city_id)s::int, entering.member_id, entering.pool_id, entering.rank, member.sex, coalesce(member.birth_year, 0),
           coalesce(member.height_cm, 0), coalesce(array_position(%(education_codes)s::text[], member.education::text), 0),
           coalesce(array_position(%(income_codes)s::text[], member.income_band::text), 0),
           coalesce(array_position(%(marital_codes)s::text[], member.marital::text), 0), member.district, %(now)s::timestamptz
      FROM entering
      JOIN members_member AS member ON member.city_id = %(city_id)s::int AND member.id = entering.member_id
    ON CONFLICT (city_id, member_id) DO NOTHING
    RETURNING member_id, pool_id, rank
