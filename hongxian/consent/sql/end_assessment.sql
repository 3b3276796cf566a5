-- Takes back the newest assessment of a purpose, if it counts today; in force for whatever reads after the commit.
INSERT INTO consent_ending (assessment_id, staff_id, reason, ended_at)
SELECT living.id, %(staff_id)s::bigint, %(reason)s::text, %(now)s::timestamptz
  FROM (
        /*include consent/living_assessments*/
       ) AS living
 WHERE living.purpose = %(purpose)s::text
