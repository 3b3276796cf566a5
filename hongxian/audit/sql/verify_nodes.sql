-- The kept roots of complete tiles.
SELECT node.number, node.hash FROM audit_node AS node WHERE node.height = 1 ORDER BY node.number
