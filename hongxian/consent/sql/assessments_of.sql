-- Every assessment of every purpose or of one, the newest first, with who signed it and whether it was taken back.
SELECT assessment.id, assessment.purpose, assessment.notice_hash, assessment.fields AS covers, assessment.roles, assessment.necessity,
       assessment.risks, assessment.measures, coalesce(staff.alias, '') AS signed_by, assessment.signed_at, assessment.valid_until,
       ending.ended_at, coalesce(ending.reason, '') AS ended_why
  FROM consent_assessment AS assessment
  LEFT JOIN consent_ending AS ending ON ending.assessment_id = assessment.id
  LEFT JOIN org_staff AS staff ON staff.id = assessment.staff_id
 WHERE %(purpose)s::text IS NULL OR assessment.purpose = %(purpose)s::text
 ORDER BY assessment.id DESC
