-- Erasure: rows of other cities' lists that were found to be this member's.
UPDATE intake_line AS line SET label = '', merged_into = '', warnings = '[]'
 WHERE line.merged_into = %(resource_no)s::text AND line.member_id IS NULL
