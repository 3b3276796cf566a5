-- Whom an employee number names, whoever works here or did.
SELECT staff.id AS staff_id, staff.alias FROM org_staff AS staff WHERE staff.employee_no = %(employee_no)s::text
