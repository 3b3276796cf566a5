-- Wakes whoever listens, once this transaction has committed.
SELECT pg_notify(%(channel)s::text, %(about)s::text)::text AS told
