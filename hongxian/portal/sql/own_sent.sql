-- What the visitor sent, without the words, the newest first, from a place in the list on.
SELECT sent.id AS number, sent.at, other.place
  FROM portal_own_sent AS sent
  JOIN portal_own_other AS other ON other.other_ref = sent.other_ref
 WHERE (sent.at, sent.id) < (%(before)s::timestamptz, %(before_id)s::bigint)
 ORDER BY sent.at DESC, sent.id DESC
 LIMIT %(most)s::int
