-- The member is here, or was: somebody who was taken for not having come may be put right.
UPDATE visits_visit AS visit
   SET state = 'arrived', arrived_at = least(%(now)s::timestamptz, visit.ends), settled_at = %(now)s::timestamptz,
       settled_by = %(staff_id)s::bigint
 WHERE visit.city_id = %(city_id)s::int AND visit.id = %(visit_id)s::bigint AND visit.state IN ('booked', 'confirmed', 'no_show')
