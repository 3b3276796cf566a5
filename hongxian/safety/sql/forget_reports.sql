-- Removes the reports of cases that were kept long enough.
DELETE FROM safety_report AS old
 WHERE old.city_id = %(city_id)s::int AND old.case_id = ANY (%(case_ids)s::bigint[])
