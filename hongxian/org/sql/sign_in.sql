-- The account behind an employee number, if its holder works here.
SELECT staff.account_id, staff.session_epoch FROM org_staff AS staff
 WHERE staff.employee_no = %(employee_no)s::text AND staff.active AND staff.account_id IS NOT NULL
