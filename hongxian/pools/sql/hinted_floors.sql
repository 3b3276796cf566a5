-- The pools and floors that have hints.
SELECT DISTINCT hint.pool_id, hint.rank_floor FROM pools_hint AS hint WHERE hint.city_id = %(city_id)s::int
