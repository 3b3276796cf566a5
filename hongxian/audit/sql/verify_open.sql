-- Up to which number traces are sealed, and the gaps below it.
SELECT head.low, coalesce(array_agg(gap.first_id ORDER BY gap.first_id) FILTER (WHERE gap.first_id IS NOT NULL), '{}') AS first_ids,
       coalesce(array_agg(gap.last_id ORDER BY gap.first_id) FILTER (WHERE gap.first_id IS NOT NULL), '{}') AS last_ids
  FROM audit_head AS head LEFT JOIN audit_gap AS gap ON true
 GROUP BY head.low
