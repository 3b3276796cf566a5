-- Who sends by hand is counted by one transaction at a time: a budget nearly spent is not spent twice.
SELECT pg_advisory_xact_lock(%(space)s::int, bucket) IS NULL AS waited
  FROM (SELECT DISTINCT unnest(%(buckets)s::int[]) AS bucket ORDER BY 1) AS ordered
