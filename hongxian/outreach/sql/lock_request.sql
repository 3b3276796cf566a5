-- Two presses with the same key: the second waits for the first.
SELECT pg_advisory_xact_lock(7301, hashtext(%(request_key)s::text)) IS NULL AS waited
