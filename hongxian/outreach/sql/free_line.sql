-- The line is free again; only the call that took it frees it.
DELETE FROM outreach_busyline AS line
 WHERE line.city_id = %(city_id)s::int AND line.staff_id = %(staff_id)s::bigint AND line.request_key = %(request_key)s::uuid
