-- Waits for whoever is changing counts of this city's old days; they wait for the fold.
SELECT pg_advisory_xact_lock(%(space)s::int, %(city_id)s::int) IS NULL AS waited
