SELECT newest.id, newest.purpose, newest.fields, newest.roles, newest.valid_until
          FROM (SELECT DISTINCT ON (assessment.purpose) assessment.id, assessment.purpose, assessment.fields, assessment.roles,
                       assessment.valid_until
                  FROM consent_assessment AS assessment
                 ORDER BY assessment.purpose, assessment.id DESC) AS newest
         WHERE newest.valid_until >= %(today)s::date
           AND NOT EXISTS (SELECT FROM consent_ending AS ending WHERE ending.assessment_id = newest.id)
