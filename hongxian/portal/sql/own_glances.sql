-- The visitor's looks at others, for a suggestion: the newest of them.
SELECT viewed.other_ref, viewed.at, viewed.birth_from, viewed.height_from, viewed.education, viewed.district
  FROM portal_own_viewed AS viewed
 WHERE NOT EXISTS (SELECT FROM portal_own_left_out AS gone WHERE gone.other_ref = viewed.other_ref)
 ORDER BY viewed.at DESC, viewed.id DESC
 LIMIT %(most)s::int
