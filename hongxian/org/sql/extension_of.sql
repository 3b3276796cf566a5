-- The phone of somebody who works here; nothing for those without one.
SELECT staff.extension FROM org_staff AS staff WHERE staff.id = %(staff_id)s::bigint AND staff.active AND staff.extension <> ''
