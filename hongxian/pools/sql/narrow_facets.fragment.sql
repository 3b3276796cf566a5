member.sex, coalesce(member.birth_year, 0)::smallint, coalesce(member.height_cm, 0)::smallint,
           coalesce(array_position(%(education_codes)s::text[], member.education::text), 0)::smallint,
           coalesce(array_position(%(income_band_codes)s::text[], member.income_band::text), 0)::smallint,
           coalesce(array_position(%(marital_codes)s::text[], member.marital::text), 0)::smallint, member.district
