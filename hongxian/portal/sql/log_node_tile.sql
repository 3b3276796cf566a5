-- The roots of up to 256 complete tiles of the height below, side by side.
SELECT coalesce(string_agg(node.hash, ''::bytea ORDER BY node.number), ''::bytea) AS hashes
  FROM portal_log_node AS node
 WHERE node.height = %(height)s::smallint AND node.number >= %(begin)s::bigint AND node.number < %(end)s::bigint
