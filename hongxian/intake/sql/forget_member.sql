-- Erasure: what a store's books called a member's rows, and what was noticed about them.
UPDATE intake_line AS line SET label = '', merged_into = '', warnings = '[]'
 WHERE line.city_id = %(city_id)s::int AND line.member_id = %(member_id)s::bigint
