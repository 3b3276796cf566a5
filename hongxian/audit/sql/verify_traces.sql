-- The traces behind a range of leaves, each once.
SELECT trace.city_id, trace.at, trace.id, trace.staff_id, trace.role, trace.store_id, trace.process, trace.action, trace.purpose,
       trace.ground, trace.fields, trace.outcome, trace.reason, trace.permit_id, trace.member_ids
  FROM (SELECT DISTINCT leaf.city_id, leaf.trace_at, leaf.trace_id FROM audit_leaf AS leaf
         WHERE leaf.index >= %(begin)s::bigint AND leaf.index < %(end)s::bigint) AS leaf
  JOIN audit_trace AS trace ON trace.city_id = leaf.city_id AND trace.at = leaf.trace_at AND trace.id = leaf.trace_id
