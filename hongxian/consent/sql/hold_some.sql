-- Holds these members in common with other answers until the transaction ends: a withdrawal or a "no" comes before or after.
SELECT pg_advisory_xact_lock_shared(%(space)s::int, ordered.bucket) IS NULL AS waited
  FROM (SELECT DISTINCT unnest(%(buckets)s::int[]) AS bucket ORDER BY 1) AS ordered
