-- Whom the visitor viewed, the newest first, from a place in the list on.
SELECT viewed.id AS number, viewed.at, other.place, viewed.birth_from, viewed.height_from, viewed.education, viewed.district
  FROM portal_own_viewed AS viewed
  JOIN portal_own_other AS other ON other.other_ref = viewed.other_ref
 WHERE (viewed.at, viewed.id) < (%(before)s::timestamptz, %(before_id)s::bigint)
 ORDER BY viewed.at DESC, viewed.id DESC
 LIMIT %(most)s::int
