-- Who places a call, and where their phone rings; nothing for those who have left.
SELECT staff.role, staff.alias, staff.store_id, staff.team_id, coalesce(staff.extension, '') AS extension
  FROM org_staff AS staff
 WHERE staff.id = %(staff_id)s::bigint AND staff.active
