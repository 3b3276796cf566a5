-- One request as the privacy office sees it.
SELECT request.city_id, request.id AS request_id, coalesce(city.code, '') AS city_code, request.member_id, request.number_hash, request.kind,
       request.state, request.opened_at, request.due_on, request.reminded_at IS NOT NULL AS reminded,
       request.escalated_at IS NOT NULL AS escalated, coalesce(staff.alias, '') AS handler, request.answered_at, request.refusal_reason,
       request.complaint_route
  FROM rights_request AS request
  LEFT JOIN org_city AS city ON city.id = request.city_id
  LEFT JOIN org_staff AS staff ON staff.id = request.handled_by
 WHERE request.city_id = %(city_id)s::int AND request.id = %(thing_id)s::bigint
