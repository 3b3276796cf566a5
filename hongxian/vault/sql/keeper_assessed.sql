-- The fields that the purpose's newest assessment covers; no row when there is none, or it has run out or was taken back.
SELECT assessment.fields
  FROM consent_assessment AS assessment
 WHERE assessment.id = (SELECT max(newest.id) FROM consent_assessment AS newest WHERE newest.purpose = %(purpose)s::text)
   AND assessment.valid_until >= %(today)s::date
   AND NOT EXISTS (SELECT FROM consent_ending AS ending WHERE ending.assessment_id = assessment.id)
