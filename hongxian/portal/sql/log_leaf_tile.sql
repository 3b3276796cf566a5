-- The hashes of up to 256 leaves of the log, side by side.
SELECT coalesce(string_agg(leaf.hash, ''::bytea ORDER BY leaf.index), ''::bytea) AS hashes
  FROM portal_log_leaf AS leaf
 WHERE leaf.index >= %(begin)s::bigint AND leaf.index < %(end)s::bigint
