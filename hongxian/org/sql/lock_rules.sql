-- Lets one change of the company's rules be weighed after the other, so that two that don't go together never both come in.
SELECT pg_advisory_xact_lock(%(space)s::int, 0) IS NULL AS waited
