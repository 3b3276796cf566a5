-- Done, or not to be done: what was sealed goes. Whoever has ended one before keeps the word.
UPDATE partners_request AS request
   SET state = ended.state, reason = ended.reason, sealed = NULL, done_at = %(now)s::timestamptz
  FROM unnest(%(request_ids)s::bigint[], %(states)s::text[], %(reasons)s::text[]) AS ended (request_id, state, reason)
 WHERE request.city_id = %(city_id)s::int AND request.id = ended.request_id AND request.state = 'waiting'
RETURNING request.public_id, request.partner_id, request.kind, request.state, request.reason
