-- What waits in a city: noes first, the rest in the order in which it came.
SELECT request.id AS request_id, request.public_id, request.partner_id, partner.name AS partner, request.kind, request.sealed, request.taken_at
  FROM partners_request AS request
  JOIN partners_partner AS partner ON partner.id = request.partner_id
 WHERE request.city_id = %(city_id)s::int AND request.state = 'waiting'
 ORDER BY request.kind <> 'no', request.id
 LIMIT %(most)s::int
