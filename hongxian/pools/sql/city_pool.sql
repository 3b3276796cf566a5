-- The pool of a city, and whether anybody is in it.
SELECT pool.id, EXISTS (SELECT FROM pools_entry AS entry
                         WHERE entry.city_id = %(city_id)s::int AND entry.pool_id = pool.id) AS peopled
  FROM pools_pool AS pool WHERE pool.city_id = %(city_id)s::int AND pool.kind = 'city'
