-- What a partner asked for under this name before.
SELECT request.public_id, request.digest
  FROM partners_request AS request
 WHERE request.city_id = %(city_id)s::int AND request.partner_id = %(partner_id)s::bigint AND request.idem = %(idem)s::bytea
