-- Whoever records a "no" for these numbers holds their locks alone until the end of the transaction; see suppressing.py.
SELECT pg_advisory_xact_lock(%(space)s::int, bucket) IS NULL AS waited
  FROM (SELECT DISTINCT unnest(%(buckets)s::int[]) AS bucket ORDER BY 1) AS ordered
