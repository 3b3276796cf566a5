-- Sealed rows with their traces, in the tree's order.
SELECT leaf.index, leaf.number, leaf.commitment, leaf.hash, trace.city_id, trace.at, trace.id, trace.staff_id, trace.role,
       trace.store_id, trace.process, trace.action, trace.purpose, trace.ground, trace.fields, trace.outcome, trace.reason,
       trace.permit_id
  FROM audit_leaf AS leaf
  JOIN audit_trace AS trace ON trace.city_id = leaf.city_id AND trace.at = leaf.trace_at AND trace.id = leaf.trace_id
 WHERE leaf.index >= %(begin)s::bigint AND leaf.index < %(end)s::bigint
 ORDER BY leaf.index
