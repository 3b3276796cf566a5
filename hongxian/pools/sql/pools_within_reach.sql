-- The pools within reach, each with how many are in it, counted to 10,000 at most.
SELECT pool.id AS pool_id, pool.kind, pool.store_id, coalesce(store.name, city.name) AS name, coalesce(store.name_en, city.name_en) AS name_en,
       least(counted.entries, 10000)::int AS roughly, counted.entries > 10000 AS more
  FROM pools_pool AS pool
  JOIN org_city AS city ON city.id = pool.city_id
  LEFT JOIN org_store AS store ON store.id = pool.store_id
 CROSS JOIN LATERAL (SELECT count(*) AS entries FROM (SELECT FROM pools_entry AS entry
                      WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = pool.id LIMIT 10001) AS few) AS counted
 WHERE pool.city_id = %(city_id)s::int AND (pool.kind = 'city' OR pool.store_id = %(store_id)s::bigint)
 ORDER BY pool.kind DESC
