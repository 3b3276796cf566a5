-- The member did not come.
UPDATE visits_visit AS visit
   SET state = 'no_show', arrived_at = NULL, settled_at = %(now)s::timestamptz, settled_by = %(staff_id)s::bigint
 WHERE visit.city_id = %(city_id)s::int AND visit.id = %(visit_id)s::bigint AND visit.state IN ('booked', 'confirmed', 'arrived')
