-- A report that came through the portal and has no case yet; taken until the transaction ends.
SELECT report.id AS report_id, report.about, report.staff_id, report.kind, report.at, report.subject, report.words, report.kek_id,
       report.wrapped
  FROM safety_report AS report
 WHERE report.city_id = %(city_id)s::int AND report.id = %(report_id)s::bigint AND report.case_id IS NULL
   FOR UPDATE
