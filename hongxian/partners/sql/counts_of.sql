-- How many requests of a partner came since a moment, by what they were about and how they stand.
SELECT request.kind, request.state, request.reason, count(*)::int AS requests
  FROM partners_request AS request
 WHERE request.city_id = %(city_id)s::int AND request.partner_id = %(partner_id)s::bigint AND request.taken_at >= %(since)s::timestamptz
 GROUP BY request.kind, request.state, request.reason
 ORDER BY request.kind, request.state, request.reason
