-- Leaves in the tree's order with what their members are known by, for whoever verifies them.
SELECT leaf.index, leaf.city_id, leaf.trace_at, leaf.trace_id, leaf.member_id, leaf.number, leaf.commitment, leaf.hash,
       person.salt
  FROM audit_leaf AS leaf
  LEFT JOIN audit_person AS person ON person.city_id = leaf.city_id AND person.member_id = leaf.member_id
 WHERE leaf.index >= %(begin)s::bigint AND leaf.index < %(end)s::bigint
 ORDER BY leaf.index
