-- When somebody said that they are here on a day.
SELECT duty.here_at FROM pools_duty AS duty
 WHERE duty.city_id = %(city_id)s::int AND duty.staff_id = %(staff_id)s::bigint AND duty.day = %(day)s::date AND duty.here_at IS NOT NULL
