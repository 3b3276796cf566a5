-- The kept roots of complete tiles, and how many the head speaks for by now: more are nobody's.
SELECT node.number, node.hash, head.size / 256 AS complete
  FROM audit_head AS head LEFT JOIN audit_node AS node ON node.height = 1
 ORDER BY node.number
