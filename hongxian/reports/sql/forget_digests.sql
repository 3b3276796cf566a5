-- Digests of long ago go; they hold no counts, only that they were sent.
DELETE FROM reports_digest AS digest WHERE digest.city_id = %(city_id)s::int AND digest.hour < %(before)s::timestamptz
