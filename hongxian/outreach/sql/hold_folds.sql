-- Until this transaction ends none of a city's days is folded.
SELECT pg_advisory_xact_lock_shared(%(space)s::int, %(city_id)s::int) IS NULL AS waited
