-- A store's active consultants, with their tier and since when they work here.
SELECT staff.id AS staff_id, staff.tier, staff.joined_on FROM org_staff AS staff
 WHERE staff.store_id = %(store_id)s::bigint AND staff.role = 'consultant' AND staff.active
 ORDER BY staff.id
