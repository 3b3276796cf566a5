-- Wakes whoever listens, when this transaction commits.
SELECT pg_notify(%(channel)s::text, '') IS NULL AS waited
