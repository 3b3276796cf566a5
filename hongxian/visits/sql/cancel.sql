-- The visit does not take place: room and consultant are free again.
UPDATE visits_visit AS visit
   SET state = 'cancelled', cancelled_at = %(now)s::timestamptz, cancelled_by = %(staff_id)s::bigint, why = %(why)s::text
 WHERE visit.city_id = %(city_id)s::int AND visit.id = %(visit_id)s::bigint AND visit.state IN ('booked', 'confirmed')
