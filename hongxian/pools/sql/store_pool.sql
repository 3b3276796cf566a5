-- The pool of a store.
SELECT pool.id FROM pools_pool AS pool
 WHERE pool.city_id = %(city_id)s::int AND pool.kind = 'store' AND pool.store_id = %(store_id)s::bigint
