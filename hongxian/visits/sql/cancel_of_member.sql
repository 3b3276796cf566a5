-- Every visit ahead of one member who is being erased.
UPDATE visits_visit AS visit
   SET state = 'cancelled', cancelled_at = %(now)s::timestamptz, cancelled_by = 0, why = 'gone'
 WHERE visit.city_id = %(city_id)s::int AND visit.member_id = %(member_id)s::bigint AND visit.state IN ('booked', 'confirmed')
