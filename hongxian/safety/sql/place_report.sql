-- The report has its case; its sealed words lie in the vault from now on.
UPDATE safety_report AS report SET case_id = %(case_id)s::bigint, words = NULL, kek_id = NULL, wrapped = NULL
 WHERE report.city_id = %(city_id)s::int AND report.id = %(report_id)s::bigint
