-- One process at a time does a run; the lock goes when its connection does.
SELECT pg_try_advisory_lock(%(space)s::int, mod(%(run_id)s::bigint, 2147483647)::int) AS got
