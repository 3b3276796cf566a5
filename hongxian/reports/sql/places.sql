-- In which store each of a city's people works, or worked last.
SELECT staff.id AS staff_id, staff.store_id FROM org_staff AS staff
 WHERE staff.city_id = %(city_id)s::int AND staff.store_id IS NOT NULL
