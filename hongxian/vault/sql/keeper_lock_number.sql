-- Two requests for a code to one number come one after the other.
SELECT pg_advisory_xact_lock(7300, %(bucket)s::int) IS NULL AS waited
