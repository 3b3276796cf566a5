-- Gives the run's lock back.
SELECT pg_advisory_unlock(%(space)s::int, mod(%(run_id)s::bigint, 2147483647)::int) AS got
