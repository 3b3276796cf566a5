-- One request, held until the transaction ends, so that it is answered once.
SELECT request.id AS request_id, request.member_id, request.number_hash, request.kind, request.state, request.opened_at, request.due_on
  FROM rights_request AS request
 WHERE request.city_id = %(city_id)s::int AND request.id = %(thing_id)s::bigint
   FOR NO KEY UPDATE
