-- From which to before which place the rows of a span of time were sealed.
SELECT min(leaf.index) AS begin, max(leaf.index) + 1 AS end
  FROM audit_leaf AS leaf
 WHERE leaf.trace_at >= %(since)s::timestamptz AND leaf.trace_at < %(until)s::timestamptz
