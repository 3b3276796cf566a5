-- The first four bytes of many leaves' hashes, side by side.
SELECT coalesce(string_agg(substring(leaf.hash FROM 1 FOR 4), ''::bytea ORDER BY leaf.index), ''::bytea) AS prints
  FROM audit_leaf AS leaf
 WHERE leaf.index >= %(begin)s::bigint AND leaf.index < %(end)s::bigint
