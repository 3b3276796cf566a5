-- The hashes of up to 256 leaves side by side, and how many there are.
SELECT coalesce(string_agg(leaf.hash, ''::bytea ORDER BY leaf.index), ''::bytea) AS hashes
  FROM audit_leaf AS leaf
 WHERE leaf.index >= %(begin)s::bigint AND leaf.index < %(end)s::bigint
