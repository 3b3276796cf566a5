-- Those of these letters that are the visitor's own.
SELECT sent.id AS number, sent.at, other.place
  FROM portal_own_sent AS sent
  JOIN portal_own_other AS other ON other.other_ref = sent.other_ref
 WHERE sent.id = ANY (%(ids)s::bigint[])
 ORDER BY sent.at, sent.id
