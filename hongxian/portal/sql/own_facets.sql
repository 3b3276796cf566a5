-- The facets of the visitor's record, held until the transaction ends.
SELECT facets.sex, facets.birth_year, facets.height_cm, facets.education, facets.income_band, facets.marital, facets.housing, facets.car,
       facets.home_city, facets.district, facets.occupation
  FROM portal_own_facets AS facets
   FOR NO KEY UPDATE
