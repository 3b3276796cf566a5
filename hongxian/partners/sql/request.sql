-- How one of a partner's own requests stands.
SELECT request.public_id, request.kind, request.state, request.reason, request.taken_at, request.done_at
  FROM partners_request AS request
 WHERE request.city_id = %(city_id)s::int AND request.public_id = %(public_id)s::uuid AND request.partner_id = %(partner_id)s::bigint
