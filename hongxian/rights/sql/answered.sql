-- The requests of the whole company that were answered last.
SELECT request.city_id, request.id AS request_id, coalesce(city.code, '') AS city_code, request.member_id IS NOT NULL AS known, request.kind,
       request.state, request.opened_at, request.due_on, request.reminded_at IS NOT NULL AS reminded,
       request.escalated_at IS NOT NULL AS escalated, coalesce(staff.alias, '') AS handler, request.answered_at
  FROM rights_request AS request
  LEFT JOIN org_city AS city ON city.id = request.city_id
  LEFT JOIN org_staff AS staff ON staff.id = request.handled_by
 WHERE request.state IN ('done', 'refused')
 ORDER BY request.answered_at DESC, request.id DESC
 LIMIT %(most)s::int
