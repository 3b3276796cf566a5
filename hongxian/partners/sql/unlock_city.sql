-- Gives a city's lock back.
SELECT pg_advisory_unlock(%(space)s::int, %(city_id)s::int) AS got
