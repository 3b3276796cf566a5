-- Holds these members still until the answer is out: a withdrawal or a "no" comes before or after it, see consent/ordering.py.
SELECT pg_advisory_xact_lock_shared(%(space)s::int, bucket) IS NULL AS waited
  FROM (SELECT DISTINCT unnest(%(buckets)s::int[]) AS bucket ORDER BY 1) AS ordered
