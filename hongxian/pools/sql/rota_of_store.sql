-- Who of a store is off on which day of a span, and who has said that they are here.
SELECT duty.staff_id, duty.day, duty.off, duty.here_at, duty.why
  FROM pools_duty AS duty JOIN org_staff AS staff ON staff.id = duty.staff_id
 WHERE duty.city_id = %(city_id)s::int AND staff.store_id = %(store_id)s::bigint AND duty.day BETWEEN %(since)s::date AND %(until)s::date
