-- Whoever brings in what members agreed to holds them all in common: a withdrawal comes before or after; see ordering.py.
SELECT pg_advisory_xact_lock_shared(%(space)s::int, bucket) IS NULL AS waited
  FROM generate_series(0, %(buckets)s::int - 1) AS bucket
