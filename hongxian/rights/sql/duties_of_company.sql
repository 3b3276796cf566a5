-- What runs out in the company's own papers: agreements of open stores, assessments of purposes, trainings of those who work here.
SELECT 'agreement' AS kind, coalesce(longest.expires_on, %(today)s::date) AS due_on, 1 AS count, store.name, store.name_en
  FROM org_store AS store
  LEFT JOIN LATERAL (SELECT max(agreement.expires_on) AS expires_on FROM org_agreement AS agreement
                      WHERE agreement.store_id = store.id) AS longest ON true
 WHERE store.active AND (longest.expires_on IS NULL OR longest.expires_on <= %(until)s::date)
 UNION ALL
SELECT 'assessment', assessment.valid_until, 1, assessment.purpose, assessment.purpose
  FROM consent_assessment AS assessment
 WHERE assessment.id = (SELECT max(newest.id) FROM consent_assessment AS newest WHERE newest.purpose = assessment.purpose)
   AND assessment.valid_until <= %(until)s::date
 UNION ALL
SELECT 'training', passed.valid_until, count(*)::int, '', ''
  FROM (SELECT staff.id, max(training.valid_until) AS valid_until
          FROM org_staff AS staff JOIN org_training AS training ON training.staff_id = staff.id
         WHERE staff.active
         GROUP BY staff.id) AS passed
 WHERE passed.valid_until <= %(until)s::date
 GROUP BY passed.valid_until
