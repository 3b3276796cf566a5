-- What the words of a case's reports are sealed under, the newest first.
SELECT report.subject FROM safety_report AS report
 WHERE report.city_id = %(city_id)s::int AND report.case_id = %(case_id)s::bigint
 ORDER BY report.id DESC
 LIMIT %(most)s::int
