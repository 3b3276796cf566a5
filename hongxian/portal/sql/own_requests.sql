-- The visitor's requests with their clocks, the newest first.
SELECT request.city_id, request.id AS number, request.kind, request.state, request.opened_at, request.due_on,
       request.escalated_at IS NOT NULL AS escalated, request.answered_at, request.refusal_reason, request.complaint_route
  FROM portal_own_request AS request
 ORDER BY request.opened_at DESC, request.id DESC
 LIMIT 200
