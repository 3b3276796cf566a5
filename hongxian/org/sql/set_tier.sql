-- Another tier for a consultant who stays where they are; the row is locked. Sessions go on.
UPDATE org_staff AS staff SET tier = %(tier)s::text WHERE staff.id = %(staff_id)s::bigint AND staff.role = 'consultant'
