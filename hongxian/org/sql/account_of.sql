-- The account with which somebody who works here signs in.
SELECT staff.account_id, staff.employee_no, staff.alias
  FROM org_staff AS staff
 WHERE staff.id = %(staff_id)s::bigint AND staff.active AND staff.account_id IS NOT NULL
