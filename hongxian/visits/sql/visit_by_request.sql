-- What the same press booked before, for the same member.
SELECT visit.id AS visit_id, visit.room_id
  FROM visits_visit AS visit
 WHERE visit.city_id = %(city_id)s::int AND visit.request_key = %(request_key)s::uuid AND visit.staff_id = %(staff_id)s::bigint
   AND visit.member_id = %(member_id)s::bigint
