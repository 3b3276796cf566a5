-- How the pools' hints do, for monitoring: the longest list of one pool and grade, which every claim from it reads the newest of.
SELECT coalesce(max(list.hints), 0) AS longest
  FROM (SELECT count(*) AS hints FROM pools_hint AS hint GROUP BY hint.city_id, hint.pool_id, hint.rank_floor) AS list
