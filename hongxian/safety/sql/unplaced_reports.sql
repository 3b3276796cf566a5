-- Reports whose job was lost, the oldest first.
SELECT report.id AS report_id FROM safety_report AS report
 WHERE report.city_id = %(city_id)s::int AND report.case_id IS NULL
 ORDER BY report.id
 LIMIT 100
