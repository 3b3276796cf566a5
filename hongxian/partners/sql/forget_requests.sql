-- Requests that ended before a moment: their names may be used again.
DELETE FROM partners_request AS request WHERE request.city_id = %(city_id)s::int AND request.done_at < %(before)s::timestamptz
