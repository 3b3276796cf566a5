-- Takes the hint lock of a pool alone, or not at all.
SELECT pg_try_advisory_xact_lock(%(space)s::int, %(pool_id)s::bigint::int) AS locked
