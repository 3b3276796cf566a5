-- The visitor corrects facets of their record: those that are named, to what is given; the others stay.
UPDATE portal_own_facets AS facets
   SET sex = coalesce(%(sex)s::text, facets.sex),
       birth_year = coalesce(%(birth_year)s::smallint, facets.birth_year),
       height_cm = CASE WHEN %(field)s::text = 'height_cm' THEN %(height_cm)s::smallint ELSE facets.height_cm END,
       education = coalesce(%(education)s::text, facets.education),
       income_band = coalesce(%(income_band)s::text, facets.income_band),
       marital = coalesce(%(marital)s::text, facets.marital),
       housing = coalesce(%(housing)s::text, facets.housing),
       car = coalesce(%(car)s::text, facets.car),
       home_city = coalesce(%(home_city)s::text, facets.home_city),
       district = coalesce(%(district)s::text, facets.district),
       occupation = coalesce(%(occupation)s::text, facets.occupation),
       has_criteria = coalesce(%(has_criteria)s::boolean, facets.has_criteria)
