-- Holds a member against every answer of the keeper until the transaction ends; see ordering.py.
SELECT pg_advisory_xact_lock(%(space)s::int, %(bucket)s::int) IS NULL AS waited
