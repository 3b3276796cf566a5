-- Traces that no leaf speaks of, told what was sealed before: new ones, and what was put in behind the log's back.
WITH gap AS MATERIALIZED (
    SELECT gap.first_id, gap.last_id FROM unnest(%(first_ids)s::bigint[], %(last_ids)s::bigint[]) AS gap (first_id, last_id)
)
SELECT trace.city_id, CASE WHEN isfinite(trace.at) THEN trace.at END AS at, trace.id,
       trace.id > %(low)s::bigint OR EXISTS (SELECT FROM gap WHERE trace.id BETWEEN gap.first_id AND gap.last_id) AS fresh
  FROM audit_trace AS trace
 WHERE NOT EXISTS (SELECT FROM audit_leaf AS leaf
                    WHERE leaf.city_id = trace.city_id AND leaf.trace_at = trace.at AND leaf.trace_id = trace.id)
 ORDER BY trace.id
