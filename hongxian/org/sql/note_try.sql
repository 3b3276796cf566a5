-- Counts a failed sign-in.
INSERT INTO org_signintry (at, employee_no, address) VALUES (%(at)s::timestamptz, %(employee_no)s::text, %(address)s::text)
