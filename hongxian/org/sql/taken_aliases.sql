-- Which of these aliases somebody in a store goes by: members name whom they mean by it, so it is one person's there.
SELECT DISTINCT staff.store_id, staff.alias FROM org_staff AS staff
 WHERE staff.alias = ANY (%(aliases)s::text[]) AND staff.store_id IS NOT NULL AND staff.active
