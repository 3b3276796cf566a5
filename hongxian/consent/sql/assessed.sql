-- What the assessments that count today cover, by purpose. The newest of each purpose counts, unless run out or taken back.
SELECT living.purpose, living.fields, living.roles
  FROM (
        /*include consent/living_assessments*/
       ) AS living
