-- Takes the row of somebody who works or worked here until the transaction ends: where they stand, before anything changes.
SELECT staff.id AS staff_id, staff.employee_no, staff.account_id, staff.role, staff.city_id, staff.store_id, staff.team_id, staff.tier,
       staff.active, coalesce(staff.extension, '') AS extension
  FROM org_staff AS staff
 WHERE staff.id = %(staff_id)s::bigint
   FOR NO KEY UPDATE
