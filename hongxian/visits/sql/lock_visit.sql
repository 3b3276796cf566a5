-- Takes one visit: a consultant's own, or one of the store's for its manager (then staff_id is empty).
SELECT visit.id AS visit_id, visit.member_id, visit.staff_id, visit.begins, visit.ends, visit.state
  FROM visits_visit AS visit
 WHERE visit.city_id = %(city_id)s::int AND visit.id = %(visit_id)s::bigint AND visit.store_id = %(store_id)s::bigint
   AND (%(staff_id)s::bigint IS NULL OR visit.staff_id = %(staff_id)s::bigint)
   FOR NO KEY UPDATE
