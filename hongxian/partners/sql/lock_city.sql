-- One process at a time does a city's requests, or its deliveries; the lock goes when its connection does.
SELECT pg_try_advisory_lock(%(space)s::int, %(city_id)s::int) AS got
