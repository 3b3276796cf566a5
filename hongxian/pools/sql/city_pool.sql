-- The pool of a city, and whether anybody is in one of the city's pools.
SELECT pool.id, EXISTS (SELECT FROM pools_entry AS entry WHERE entry.city_id = %(city_id)s::int) AS peopled
  FROM pools_pool AS pool WHERE pool.city_id = %(city_id)s::int AND pool.kind = 'city'
