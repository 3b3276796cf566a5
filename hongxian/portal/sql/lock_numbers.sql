-- As consent/sql/lock_number.sql, for the person's own "no": the locks of the number, alone, until the end of the transaction.
SELECT pg_advisory_xact_lock(%(space)s::int, bucket) IS NULL AS waited
  FROM (SELECT DISTINCT unnest(%(buckets)s::int[]) AS bucket ORDER BY 1) AS ordered
