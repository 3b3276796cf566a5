-- Which of these employee numbers somebody has or had.
SELECT staff.employee_no FROM org_staff AS staff WHERE staff.employee_no = ANY (%(employee_nos)s::text[])
