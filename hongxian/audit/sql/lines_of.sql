-- Every sealed line about one member, the oldest first.
SELECT leaf.index, leaf.number, leaf.commitment, trace.city_id, trace.at, trace.id, trace.staff_id, trace.role, trace.store_id,
       trace.process, trace.action, trace.purpose, trace.ground, trace.fields, trace.outcome, trace.reason, trace.permit_id
  FROM audit_leaf AS leaf
  JOIN audit_trace AS trace ON trace.city_id = %(city_id)s::int AND trace.at = leaf.trace_at AND trace.id = leaf.trace_id
 WHERE leaf.city_id = %(city_id)s::int AND leaf.member_id = %(member_id)s::bigint
 ORDER BY leaf.number
