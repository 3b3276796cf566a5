-- The requests of the whole company that wait for an answer, the one due first at the top; by number of the request, not of the person.
SELECT request.city_id, request.id AS request_id, coalesce(city.code, '') AS city_code, request.member_id IS NOT NULL AS known, request.kind,
       request.state, request.opened_at, request.due_on, request.reminded_at IS NOT NULL AS reminded,
       request.escalated_at IS NOT NULL AS escalated, coalesce(staff.alias, '') AS handler, request.answered_at
  FROM rights_request AS request
  LEFT JOIN org_city AS city ON city.id = request.city_id
  LEFT JOIN org_staff AS staff ON staff.id = request.handled_by
 WHERE request.state IN ('open', 'working')
 ORDER BY request.due_on, request.opened_at, request.id
 LIMIT %(most)s::int
