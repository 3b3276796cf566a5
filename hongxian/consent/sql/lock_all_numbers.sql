-- Whoever brings people in holds every lock in common with others who do, and shuts out a "no" being recorded meanwhile.
SELECT pg_advisory_xact_lock_shared(%(space)s::int, bucket) IS NULL AS waited
  FROM generate_series(0, %(buckets)s::int - 1) AS bucket
