-- Keeps the roots of tiles that have become complete.
INSERT INTO audit_node (height, number, hash)
SELECT %(height)s::smallint, node.number, node.hash FROM unnest(%(numbers)s::bigint[], %(hashes)s::bytea[]) AS node(number, hash)
