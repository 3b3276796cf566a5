-- The member has said that they come.
UPDATE visits_visit AS visit
   SET state = 'confirmed', confirmed_at = %(now)s::timestamptz, confirmed_by = %(staff_id)s::bigint
 WHERE visit.city_id = %(city_id)s::int AND visit.id = %(visit_id)s::bigint AND visit.state = 'booked'
