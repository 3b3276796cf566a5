-- Where somebody's phone rings for calls through a gateway; nowhere when it is empty.
UPDATE org_staff AS staff SET extension = nullif(%(extension)s::text, '') WHERE staff.id = %(staff_id)s::bigint
