-- How far the leaves go and what the head says of it.
SELECT head.origin, head.size, head.low, (SELECT max(leaf.index) + 1 FROM audit_leaf AS leaf) AS leaves FROM audit_head AS head
