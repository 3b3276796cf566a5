-- Removes the cases of cases that were kept long enough.
DELETE FROM safety_case AS old
 WHERE old.city_id = %(city_id)s::int AND old.id = ANY (%(case_ids)s::bigint[])
