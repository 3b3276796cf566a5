-- Opens the pools that a city and its stores lack.
INSERT INTO pools_pool (city_id, store_id, kind)
SELECT %(city_id)s::int, store.id, 'store' FROM org_store AS store WHERE store.city_id = %(city_id)s::int
UNION ALL
SELECT city.id, NULL, 'city' FROM org_city AS city WHERE city.id = %(city_id)s::int
ON CONFLICT (city_id, kind, store_id) DO NOTHING
